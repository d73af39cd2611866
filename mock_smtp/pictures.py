"""Small pictures of what a mail carries; the pictures may be hostile."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageOps

WIDTH, HEIGHT = 180, 120
MOST_PIXELS = 20_000_000
_PATIENCE = 5.0
# What mails carry and C reads: other formats are decoded in Python, or by far older libraries.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
BLANK = (Path(__file__).parent / "api" / "v1" / "blank.jpg").read_bytes()


class Pictures:
    """Draws beside the event loop, few at a time, so that pictures delay nothing but pictures."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="mock_smtp picture")

    async def thumbnail(self, content: bytes) -> bytes:
        """A thumbnail, or a blank one where it cannot be drawn or takes too long."""
        drawing = asyncio.get_running_loop().run_in_executor(self._threads, thumbnail, content)
        try:
            return await asyncio.wait_for(drawing, _PATIENCE)
        except TimeoutError:
            return BLANK


def thumbnail(content: bytes) -> bytes:
    """A JPEG of 180x120 pixels, cropped or padded on white; blank for what is no picture."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return BLANK
            return _drawn(image)
    except Exception:  # noqa: BLE001 - Pillow raises nearly everything over a damaged picture
        return BLANK


def _drawn(image: Image.Image) -> bytes:
    image.draft("RGB", (2 * WIDTH, 2 * HEIGHT))  # a large JPEG is decoded small at once
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    if upright.width < WIDTH or upright.height < HEIGHT:
        upright.thumbnail((WIDTH, HEIGHT))
    else:
        upright = ImageOps.fit(upright, (WIDTH, HEIGHT))
    canvas = Image.new("RGB", (WIDTH, HEIGHT), "white")
    corner = ((WIDTH - upright.width) // 2, (HEIGHT - upright.height) // 2)
    canvas.paste(upright, corner, upright)
    drawn = io.BytesIO()
    canvas.save(drawn, "JPEG", quality=70)
    return drawn.getvalue()
