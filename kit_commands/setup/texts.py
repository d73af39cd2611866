"""What a student reads while `.venv` is being made, or when it cannot be."""

from kit_commands.voice import Text

FIRST_RUN = Text(
    en="First run: making .venv with Python {version} and installing {count} packages.",
    es="Primera vez: creo .venv con Python {version} e instalo {count} paquetes.",
)
LOCK_CHANGED = Text(
    en="requirements.txt or Python changed: bringing .venv up to date.",
    es="Cambió requirements.txt o Python: pongo .venv al día.",
)
CUT_SHORT = Text(
    en="The last installation was cut short: making .venv again with Python {version}.",
    es="La instalación anterior quedó a medias: rehago .venv con Python {version}.",
)
WAITING = Text(
    en="Another kit.py is making .venv: waiting for it.",
    es="Otro kit.py está creando .venv: espero a que termine.",
)
DONE = Text(en="Installed in {seconds:.0f} s.", es="Instalado en {seconds:.0f} s.")
TRYING_NEXT = Text(
    en="That did not work; trying with {name}.",
    es="Así no funcionó; pruebo con {name}.",
)
LEFT_OUT = Text(
    en="Not available for this machine and left out: {names}. All that needs SQLite only works.",
    es="No existe para esta máquina y queda fuera: {names}. Todo lo que usa solo SQLite funciona.",
)
NO_VENV = Text(
    en="This Python cannot make virtual environments: on Debian or Ubuntu run "
    "“sudo apt install python3-venv”, then the same command again.",
    es="Este Python no puede crear entornos virtuales: en Debian o Ubuntu ejecuta "
    "«sudo apt install python3-venv» y repite la misma orden.",
)
NO_NETWORK = Text(
    en="The package index cannot be reached: check the network (or the proxy) and run the same "
    "command again; what it said is in {log}.",
    es="No se puede llegar al índice de paquetes: revisa la red (o el proxy) y repite la misma "
    "orden; lo que dijo está en {log}.",
)
DISK_FULL = Text(
    en="The disk is full: free about 500 MB and run the same command again.",
    es="El disco está lleno: libera unos 500 MB y repite la misma orden.",
)
NOT_ALLOWED = Text(
    en="{folder} cannot be written: give yourself the right to, or copy the kit to a folder of "
    "your own, and run the same command again.",
    es="No se puede escribir en {folder}: date permiso, o copia el kit a una carpeta tuya, y "
    "repite la misma orden.",
)
INSTALL_FAILED = Text(
    en="The packages could not be installed ({reason}): the whole story is in {log}; delete .venv "
    "and run the same command again.",
    es="No se pudieron instalar los paquetes ({reason}): la historia completa está en {log}; borra "
    ".venv y repite la misma orden.",
)
