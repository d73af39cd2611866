"""What `kit.py contract` shows: a line for each operation, then the first findings in words."""

import textwrap
from collections import Counter

from contract_suite.following import Finding, Run, Tested
from kit_commands.voice import Text, Voice
from labs.runner.report.compact import cut
from labs.runner.report.screen import mark, width_of_terminal
from labs.runner.report.shell import as_command, shell_in_use

SHOWN = 5
"""Findings in full on the screen: the rest is in the file."""
ANSWER = 300
"""Characters of an answer that are shown."""

KINDS = {
    "ServerError": Text(
        en="It answered with a failure of its own (5xx).",
        es="Respondió con un fallo suyo (5xx).",
    ),
    "UndefinedStatusCode": Text(
        en="It answered with a code that the contract does not name for this operation.",
        es="Respondió con un código que el contrato no nombra para esta operación.",
    ),
    "JsonSchemaError": Text(
        en="The JSON of its answer is not of the form that the contract gives.",
        es="El JSON de su respuesta no tiene la forma que da el contrato.",
    ),
    "MalformedJson": Text(
        en="It says that it answers JSON, and this is none.",
        es="Dice que responde JSON, y esto no lo es.",
    ),
    "UndefinedContentType": Text(
        en="Its Content-Type is not one that the contract names.",
        es="Su Content-Type no es ninguno de los que nombra el contrato.",
    ),
    "MissingContentType": Text(
        en="Its answer has no Content-Type.", es="Su respuesta no tiene Content-Type."
    ),
    "MissingHeaders": Text(
        en="A header that the contract promises is missing from its answer.",
        es="A su respuesta le falta un encabezado que el contrato promete.",
    ),
    "AcceptedNegativeData": Text(
        en="It accepted a request that the contract forbids.",
        es="Aceptó una petición que el contrato prohíbe.",
    ),
    "RejectedPositiveData": Text(
        en="It refused a request that the contract allows.",
        es="Rechazó una petición que el contrato permite.",
    ),
    "MissingHeaderNotRejected": Text(
        en="It accepted a request without a header that the contract requires.",
        es="Aceptó una petición sin un encabezado que el contrato exige.",
    ),
    "UnsupportedMethodResponse": Text(
        en="A method that does not exist there has to be answered 405.",
        es="Un método que ahí no existe se responde con 405.",
    ),
    "AllowHeaderMismatch": Text(
        en="The methods of its Allow header are not those of the contract.",
        es="Los métodos de su encabezado Allow no son los del contrato.",
    ),
    "IgnoredAuth": Text(
        en="It answered a caller without a valid key.",
        es="Atendió a quien no traía una clave válida.",
    ),
}
"""What a kind of finding means; of another kind, Schemathesis' own words are shown."""

IN_A_ROW = Text(en="(several requests in a row)", es="(varias peticiones seguidas)")
"""What Schemathesis calls its stateful tests."""
ASKED = Text(en="{count} requests", es="{count} peticiones")
BREAKS = Text(en="{count} findings", es="{count} hallazgos")
ANSWERED = Text(en="answered {status}: {answer}", es="respondió {status}: {answer}")
MORE = Text(
    en="{count} more findings are in {path}, in Schemathesis' own words.",
    es="Hay {count} hallazgos más en {path}, con las palabras de Schemathesis.",
)
KEPT = Text(
    en="The contract is kept: every answer was one that openapi.yaml describes.",
    es="El contrato se cumple: openapi.yaml describe cada una de las respuestas.",
)
BROKEN = Text(
    en="The contract is broken. Each command above repeats its finding.",
    es="El contrato no se cumple. Cada comando de arriba repite su hallazgo.",
)
UNSEEN = Text(
    en="The suite itself could not run to its end: what it said is in {path}.",
    es="La suite misma no pudo llegar al final: lo que dijo está en {path}.",
)


class Report:
    """Collects what was tested and tells it."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._requests: Counter[str] = Counter()
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, tested: Tested) -> None:
        """One more round; on a terminal its operation is shown in place."""
        self._requests[tested.operation] += tested.requests
        for finding in tested.findings:
            self._found.setdefault((tested.operation, finding.kind), finding)
        if self._voice.on_terminal:
            told = self._voice.phrase(ASKED, count=sum(self._requests.values()))
            self._rewrite(f"  … {told} · {tested.operation}")

    def close(self, run: Run) -> int:
        """Tell everything; 0 kept, 1 broken, 2 when the suite could not run."""
        self._rewrite("")
        for operation in sorted(self._requests):
            self._tell_operation(operation)
        if self._found:
            self._tell_findings(run)
            return 1
        if run.code:
            self._voice.say(UNSEEN, path=run.words)
            return 2
        self._voice.say(KEPT)
        return 0

    def _tell_operation(self, operation: str) -> None:
        broken = sum(one == operation for one, _ in self._found)
        told = [self._voice.phrase(ASKED, count=self._requests[operation])]
        told += [self._voice.phrase(BREAKS, count=broken)] if broken else []
        state = mark(self._voice, "red" if broken else "green")
        name = self._voice.phrase(IN_A_ROW) if operation == "Stateful tests" else operation
        self._voice.line(f"  {state} {name.ljust(42)} {' · '.join(told)}")

    def _tell_findings(self, run: Run) -> None:
        for (operation, _), finding in list(self._found.items())[:SHOWN]:
            self._voice.line("")
            self._tell_finding(operation, finding)
        self._voice.line("")
        if len(self._found) > SHOWN:
            self._voice.say(MORE, count=len(self._found) - SHOWN, path=run.words)
        self._voice.say(BROKEN)

    def _tell_finding(self, operation: str, finding: Finding) -> None:
        width = width_of_terminal() - 2
        known = KINDS.get(finding.kind)
        words = self._voice.phrase(known) if known else finding.title
        self._voice.line(f"{mark(self._voice, 'red')} {operation}")
        for line in textwrap.wrap(words, width):
            self._voice.line(f"  {line}")
        for line in finding.message.splitlines()[:3]:
            self._voice.line(f"    {cut(line, width - 2)}")
        answer = finding.answer[:ANSWER].replace("\n", " ")
        said = self._voice.phrase(ANSWERED, status=finding.status, answer=answer)
        self._voice.line(f"  {cut(said, width)}")
        self._voice.line(f"  {as_command(finding.request, shell_in_use())}")

    def _rewrite(self, words: str) -> None:
        if self._voice.on_terminal:
            self._voice.write("\r\x1b[2K" + cut(words, width_of_terminal()))
