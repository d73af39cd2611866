"""Ports that are taken are named with their holder and a free one."""

import os
import socket
from collections.abc import Callable, Iterator

import pytest

from kit_commands import ports
from kit_commands.errors import MachineNotReady, WrongCommand


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this very program listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_free_ports_pass(free_ports: Callable[[int], list[int]]) -> None:
    """Ports that nobody uses are no reason to speak."""
    web, smtp = free_ports(2)
    ports.require_free({"--port": web, "--smtp-port": smtp})


def test_a_taken_port_is_named_with_option_holder_and_a_free_one(taken: int) -> None:
    """The reader learns which option to change, who has the port, and a number that works now."""
    with pytest.raises(MachineNotReady) as raised:
        ports.require_free({"--inbox-port": taken})
    fields = raised.value.fields
    assert (fields["port"], fields["option"]) == (taken, "--inbox-port")
    assert str(os.getpid()) in str(fields["holder"])
    ports.require_free({"--inbox-port": int(str(fields["free"]))})


def test_a_server_that_shares_its_port_is_noticed_all_the_same() -> None:
    """SO_REUSEPORT lets a second program bind: connecting first tells."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        with pytest.raises(MachineNotReady):
            ports.require_free({"--port": server.getsockname()[1]})


def test_a_port_bound_without_listening_is_taken() -> None:
    """Connecting fails there and so would our server: binding tells."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        with pytest.raises(MachineNotReady):
            ports.require_free({"--port": holder.getsockname()[1]})


def test_a_proposed_port_is_none_of_the_others_wanted(
    taken: int, free_ports: Callable[[int], list[int]]
) -> None:
    """The cure of one option does not take the port of another."""
    assert ports.free_port_near(taken, avoid={taken + 1}) != taken + 1


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_a_wrong_command(port: int) -> None:
    """The command has to be typed differently."""
    with pytest.raises(WrongCommand):
        ports.require_free({"--port": port})


def test_one_port_for_two_parts_is_a_wrong_command(free_ports: Callable[[int], list[int]]) -> None:
    """Both options are named."""
    (port,) = free_ports(1)
    with pytest.raises(WrongCommand) as raised:
        ports.require_free({"--port": port, "--smtp-port": port})
    assert {raised.value.fields["option"], raised.value.fields["other"]} == {
        "--port",
        "--smtp-port",
    }
