"""`service.toml`: what it may say, and that a wrong value is named."""

from pathlib import Path

import pytest

from labs.runner.manifest import Manifest, ManifestWrong, read_manifest
from labs.runner.placeholders import NAMES, fill
from labs.runner.stand.environment import Surroundings, environment

LEAST = 'format = 1\n[service]\nweb = ["serve"]\n'


def read(folder: Path, text: str) -> Manifest:
    """The manifest of a folder whose service.toml has this text."""
    (folder / "service.toml").write_text(text, encoding="utf-8")
    return read_manifest(folder)


def surroundings(data: Path, url: str = "sqlite:///x") -> Surroundings:
    """What the judge would give."""
    return Surroundings(
        port=8123, data=data, smtp_port=25, redis_port=63, database_url=url, token="t"
    )


class TestManifest:
    """Any stack can be described; what cannot be used is an error with its key."""

    def test_the_least_that_may_stand_there(self, tmp_path: Path) -> None:
        """How web is started; all else has a default."""
        manifest = read(tmp_path, LEAST)
        assert manifest.web == ("serve",)
        assert (manifest.port, manifest.migrate, manifest.database) == (8002, None, "sqlite")

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("", "format"),
            ("format = 2", "format"),
            ("format = 1", "service.web"),
            ('format = 1\n[service]\nweb = "serve"', "service.web"),
            (LEAST + "port = true", "service.port"),
            (LEAST + "install = [1]", "service.install"),
            (LEAST + "[processes]\nworker = []", "processes.worker"),
            (LEAST + "[env]\nA = [1]", "env.A"),
            (LEAST + "[logs]\nfiles = [1]", "logs.files"),
            (LEAST + '[database]\nkind = "oracle"', "database.kind"),
            ("service = 3\nformat = 1", "[service]"),
        ],
    )
    def test_a_wrong_value_names_its_key(self, tmp_path: Path, text: str, key: str) -> None:
        """The student reads which line to look at."""
        with pytest.raises(ManifestWrong) as raised:
            read(tmp_path, text)
        assert raised.value.fields["key"] == key

    @pytest.mark.parametrize("octets", [b"\xff", b"format = "])
    def test_what_is_no_toml_is_an_error(self, tmp_path: Path, octets: bytes) -> None:
        """A broken file is the student's to repair, not a traceback."""
        (tmp_path / "service.toml").write_bytes(octets)
        with pytest.raises(ManifestWrong):
            read_manifest(tmp_path)

    def test_a_byte_order_mark_is_no_obstacle(self, tmp_path: Path) -> None:
        """Editors of Windows write one."""
        (tmp_path / "service.toml").write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
        assert read_manifest(tmp_path).web == ("serve",)

    def test_no_file_is_an_error(self, tmp_path: Path) -> None:
        """With the verbs that make one."""
        with pytest.raises(ManifestWrong):
            read_manifest(tmp_path)


class TestPlaceholders:
    """`{port}` and its like."""

    def test_each_has_a_value(self, tmp_path: Path) -> None:
        """Of what the judge gives; {marker} belongs to a later stage's caller."""
        values = surroundings(tmp_path).placeholders("python3")
        assert set(NAMES) - set(values) == {"marker"}

    def test_they_are_filled(self, tmp_path: Path) -> None:
        """Anywhere in a word; braces that hold something else are left alone."""
        values = surroundings(tmp_path).placeholders("python3")
        words = fill(["{python}", "0:{port}", '{"a": 1}'], values, path=tmp_path)
        assert words == ["python3", "0:8123", '{"a": 1}']

    def test_an_unknown_one_is_an_error(self, tmp_path: Path) -> None:
        """A misspelt name is named."""
        with pytest.raises(ManifestWrong) as raised:
            fill(["{prot}"], {}, path=tmp_path)
        assert raised.value.fields["name"] == "prot"


class TestEnvironment:
    """An allow-list, then the judge's values, then the student's names for them."""

    def test_nothing_of_ours_leaks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What only this machine has would make a service work only here."""
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "email_service.settings")
        made = environment(read(tmp_path, LEAST), surroundings(tmp_path), "python3", {})
        assert "DJANGO_SETTINGS_MODULE" not in made
        assert (made["PORT"], made["EMAIL_TRANSPORT"]) == ("8123", "smtp")

    def test_the_students_names(self, tmp_path: Path) -> None:
        """`[env]` says what this service calls the judge's values."""
        manifest = read(tmp_path, LEAST + '[env]\nDB_HOST = "{db_host}"\nDB = "{db_name}"')
        given = surroundings(tmp_path, "postgres://u:p@127.0.0.1:5/kit_1")
        made = environment(manifest, given, "python3", {})
        assert (made["DB_HOST"], made["DB"]) == ("127.0.0.1", "kit_1")

    def test_what_a_check_sets_wins(self, tmp_path: Path) -> None:
        """A student's fixed value cannot undo it."""
        manifest = read(tmp_path, LEAST + '[env]\nEMAIL_TRANSPORT = "console"')
        made = environment(manifest, surroundings(tmp_path), "p", {"EMAIL_TRANSPORT": "file"})
        assert made["EMAIL_TRANSPORT"] == "file"
