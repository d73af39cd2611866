"""Verbs that touch the student's folder: nothing is ever overwritten, all of it can be undone."""

from collections.abc import Callable
from pathlib import Path

from labs.verbs.watch import changes, snapshot
from tests.labs.conftest import HEALTHY, Kit

Build = Callable[[str, Path], Path]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def backups(kit: Kit) -> list[Path]:
    """The copies that were made, oldest first."""
    folder = kit.home / ".labs" / "backups"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_start_writes_once_and_never_again(kit: Kit) -> None:
    """What the student wrote into service.toml stays."""
    assert kit("start").code == 0
    path = kit.workspace / "service.toml"
    path.write_text("mine", encoding="utf-8")
    assert kit("start", "--stack", "empty").code == 0
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_first_check_of_an_empty_folder_is_red_without_a_false_hint(kit: Kit) -> None:
    """The second command of every student: there is nothing yet, and nobody is accused."""
    kit("start")
    ran = kit("check", "--json")
    assert ran.code == 1
    first = next(one for one in ran.json["checks"] if one["verdict"] == "crashed")
    assert (first["id"], first["hint_id"]) == ("listens", None)


def test_a_guide_is_applied_whole_with_a_backup(kit: Kit, solution: Build) -> None:
    """The folder becomes the solution; the service.toml that was there is kept."""
    kit("start")
    before = files(kit.workspace)
    assert kit("guide", "00", "--apply").code == 0
    assert files(kit.workspace) == files(solution("00-start", kit.home / "wanted"))
    assert files(backups(kit)[0]) == before


def test_a_guide_that_does_not_fit_changes_nothing(kit: Kit, solution: Build) -> None:
    """1, the missed place is named, and not one file differs."""
    solution("00-start", kit.workspace)
    settings = kit.workspace / "app" / "settings.py"
    settings.write_text("# all my own\n", encoding="utf-8")
    before = files(kit.workspace)
    ran = kit("guide", "01", "--apply")
    assert ran.code == 1
    assert "settings.py" in ran.out
    assert files(kit.workspace) == before
    assert backups(kit) == []


def test_a_guide_is_shown_as_it_is_off_a_terminal(kit: Kit) -> None:
    """In the language asked for."""
    spanish, english = kit("guide", "01", language="es"), kit("guide", "01")
    assert spanish.out.count("```") == english.out.count("```") > 0
    assert spanish.out != english.out


def test_jump_fills_a_new_folder_only(kit: Kit, solution: Build) -> None:
    """The reference state beside the student's own; a second time is refused."""
    assert kit("jump", "01").code == 0
    made = files(kit.home / "workspace-01")
    assert made == files(solution("01-contact", kit.home / "wanted"))
    (kit.home / "workspace-01" / "mine.txt").write_text("mine", encoding="utf-8")
    assert kit("jump", "01").code == 2
    assert (kit.home / "workspace-01" / "mine.txt").exists()


def test_reset_keeps_everything_aside_first(kit: Kit, solution: Build) -> None:
    """What was there is in the backup; git's folder is of no stage and stays."""
    solution("01-contact", kit.workspace)
    (kit.workspace / "mine.py").write_text("mine", encoding="utf-8")
    (kit.workspace / ".git").mkdir()
    (kit.workspace / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    before = files(kit.workspace)
    assert kit("reset", "01").code == 0
    wanted = files(solution("00-start", kit.home / "wanted"))
    assert files(kit.workspace) == wanted | {".git/HEAD": b"ref"}
    assert files(backups(kit)[0]) | {".git/HEAD": b"ref"} == before


def test_reset_to_the_beginning_is_an_empty_start(kit: Kit) -> None:
    """Stage 00 begins with a service.toml and nothing else."""
    kit.write(HEALTHY)
    assert kit("reset", "00").code == 0
    assert files(kit.workspace).keys() == {"service.toml"}
    assert files(backups(kit)[0]).keys() == {"main.py", "service.toml"}


def test_hints_go_one_step_further_each_time(kit: Kit) -> None:
    """Idea, place, sketch; then the same again. One check's steps are not another's."""
    said = [kit("hint", "01:valid").out for _ in range(4)]
    assert len(said[0]) < len(said[1]) < len(said[2])
    assert said[2] == said[3]
    other = kit("hint", "required").out
    assert len(other.splitlines()) < len(said[2].splitlines())
    assert kit("hint", "no-such-check").code == 2


def test_why_and_hint_without_a_check_say_so(kit: Kit) -> None:
    """Nothing was checked yet: a wrong command, not a traceback."""
    for verb in ("why", "hint", "replay"):
        ran = kit(verb)
        assert ran.code == 2
        assert ran.err.count("\n") == 1


def test_list_has_a_line_for_each_stage(kit: Kit) -> None:
    """And fits on the screen."""
    ran = kit("list")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert all(f" 0{number} " in ran.out for number in range(8))


def test_what_a_service_writes_is_no_change_of_the_student(tmp_path: Path) -> None:
    """Databases, caches and logs are left out; a new, changed or deleted source is not."""
    for name in ("db.sqlite3", "app.log", "x.pyc"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_text("x", encoding="utf-8")
    assert snapshot(tmp_path) == {}
    (tmp_path / "views.py").write_text("x", encoding="utf-8")
    assert changes({}, snapshot(tmp_path)) == ["views.py"]
