"""axe-core, installed by npm for the tests; its rules judge a page in the browser."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from kit_commands.programs import require, require_program

_PACKAGE = "axe-core@4.14.1"


def install_axe(folder: Path) -> str:
    """The source of axe-core; without npm or its registry the test says so and is skipped."""
    npm = require_program("npm", cure="apt-get install npm")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    flags = ["--ignore-scripts", "--prefer-offline"]
    ended = subprocess.run([*command, *flags, _PACKAGE], capture_output=True, text=True)
    require("axe-core", found=ended.returncode == 0, cure="let npm reach its registry")
    source = (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")
    shutil.rmtree(folder / "node_modules")
    return source


def violations(page: Page) -> list[str]:
    """What axe, loaded before, finds wrong by all of its rules; a mail's own HTML is not judged."""
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], iframes: false})"
    )
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
