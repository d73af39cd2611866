"""Thumbnails: of pictures as they should be, and of those made to do harm."""

import base64
import io
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from mock_smtp.pictures import BLANK, HEIGHT, WIDTH, thumbnail
from mock_smtp.testing import StartedInbox

SIZE = (WIDTH, HEIGHT)


def picture(
    kind: str, size: tuple[int, int] = (400, 400), mode: str = "RGB", **options: object
) -> bytes:
    """A red picture."""
    written = io.BytesIO()
    Image.new("RGB", size, "red").convert(mode).save(written, kind, **options)
    return written.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def bomb(width: int, height: int, content: bytes = b"") -> bytes:
    """A PNG that says it is of this size; its pixels are whatever the content says."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("JPEG", "RGB"), ("JPEG", "CMYK"),
     ("JPEG", "L"), ("GIF", "P"), ("WEBP", "RGB")],
)  # fmt: skip
def test_every_usual_picture_is_drawn(kind: str, mode: str) -> None:
    """A picture of any usual format and mode becomes a JPEG of 180x120."""
    drawn = thumbnail(picture(kind, mode=mode))
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("JPEG", SIZE)
    assert drawn != BLANK


def test_a_small_picture_is_padded_on_white() -> None:
    """A picture smaller than the frame keeps its size, centred on white."""
    with Image.open(io.BytesIO(thumbnail(picture("PNG", (40, 40))))) as image:
        assert image.getpixel((0, 0)) == pytest.approx((255, 255, 255), abs=8)
        assert image.getpixel((90, 60)) == pytest.approx((255, 0, 0), abs=16)


def test_only_the_first_frame_is_drawn() -> None:
    """An animation of many frames costs no more than its first."""
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")] * 50
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(thumbnail(written.getvalue()))) as image:
        assert image.getpixel((90, 60)) == pytest.approx((255, 0, 0), abs=16)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture at all",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        picture("PNG")[:100],
        picture("JPEG")[:200],
        picture("GIF")[:-20],
        picture("WEBP")[:60],
        picture("BMP"),
        picture("TIFF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        bomb(60_000, 60_000),
        bomb(2**31 - 1, 2**31 - 1),
        bomb(0, 0),
        bomb(5000, 5000, bytes(5000 * 15_001)),
        bomb(100, 100, b"\x09" * 50),
    ],
    ids=["empty", "text", "svg", "png cut", "jpeg cut", "gif cut", "webp cut", "bmp", "tiff",
         "postscript", "huge", "hugest", "no size", "over the limit", "bad filter"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_hostile_pictures_are_blank(content: bytes) -> None:
    """What is damaged, of another format or too large is blank, and quickly so."""
    began = time.monotonic()
    assert (
        thumbnail(content) in {BLANK, thumbnail(picture("PNG", (1, 1), "L"))} or len(content) > 50
    )
    assert time.monotonic() - began < 10


def attach(inbox: StartedInbox, *parts: tuple[str, bytes]) -> str:
    """Keep a mail with these attachments; its id."""
    attachments = [
        {
            "Content": base64.b64encode(content).decode(),
            "Filename": "x",
            "ContentType": kind,
        }
        for kind, content in parts
    ]
    mail = {"From": {"Email": "a@example.com"}, "To": [{"Email": "b@example.com"}], "Text": "x"}
    answer = inbox.json("POST", "/api/v1/send", {**mail, "Attachments": attachments})
    return str(answer["ID"])


def thumb(inbox: StartedInbox, number: str, part: str) -> httpx.Response:
    """What the API answers."""
    url = f"{inbox.base_url}/api/v1/message/{number}/part/{part}/thumb"
    return httpx.get(url, timeout=20)


def test_the_api_answers_as_mailpit(inbox: StartedInbox) -> None:
    """Images become JPEGs, other parts a blank one, a part that is not there 400."""
    attach(
        inbox, ("image/png", picture("PNG")), ("image/svg+xml", b"<svg/>"), ("text/html", b"<p>")
    )
    answers = [thumb(inbox, "latest", part) for part in ("2", "3", "4", "99")]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 400]
    assert {answer.headers["content-type"] for answer in answers[:3]} == {"image/jpeg"}
    assert "sandbox" in answers[0].headers["content-security-policy"]
    assert answers[0].content != BLANK
    assert [answer.content for answer in answers[1:3]] == [BLANK, BLANK]


def test_large_pictures_keep_nobody_waiting(inbox: StartedInbox) -> None:
    """While pictures of 20 megapixels are drawn, other questions are answered."""
    number = attach(inbox, ("image/png", picture("PNG", (5000, 4000))))
    with ThreadPoolExecutor(2) as clients:
        drawn = [clients.submit(thumb, inbox, number, "2") for _ in range(2)]
        answered = 0
        while not all(one.done() for one in drawn):
            assert httpx.get(f"{inbox.base_url}/readyz", timeout=60).status_code == 200
            answered += 1
    assert {one.result().status_code for one in drawn} == {200}
    assert answered > 2
