"""Files of strangers: known by content, pictures written anew, everything else refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS, CleanFile, Fault, FileRefused, clean, safe_name

SECRET = b"52.5200N 13.4050E"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **how: Any) -> bytes:
    written = io.BytesIO()
    colour: Any = {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 90), "L": 90, "CMYK": (1, 2, 3, 4), "P": 3}[mode]
    Image.new(mode, size, colour).save(written, form, **how)
    return written.getvalue()


def moving(form: str, frames: int = 3, size: tuple[int, int] = (20, 20)) -> bytes:
    written = io.BytesIO()
    first, *others = [Image.new("L", size, 40 * number) for number in range(frames)]
    first.save(written, form, save_all=True, append_images=others, duration=80)
    return written.getvalue()


def with_secrets(form: str) -> bytes:
    """A picture that says where it was taken: in EXIF, in text chunks or a comment."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", SECRET.decode())
        return picture(form, pnginfo=texts, exif=exif)
    if form == "GIF":
        return picture(form, comment=SECRET)
    return picture(form, exif=exif, icc_profile=SECRET)


def fault_of(content: bytes, name: str = "evidence") -> Fault:
    with pytest.raises(FileRefused) as refused:
        clean(name, content)
    return refused.value.fault


def opened(file: CleanFile) -> Image.Image:
    return Image.open(io.BytesIO(file.content))


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize(
    ("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")]
)
def test_a_picture_is_known_by_its_content_whatever_it_is_called(form: str, kind: str) -> None:
    file = clean("notes.txt", picture(form))
    assert file.kind == kind
    assert opened(file).format == form
    assert opened(file).size == (40, 30)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_loses_what_it_tells_beside_its_pixels(form: str) -> None:
    content = with_secrets(form)
    assert SECRET in content
    assert SECRET not in clean("photo", content).content


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_is_hidden_behind_a_picture_does_not_survive(form: str) -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    polyglot = picture(form) + b"<script>alert(1)</script>" + hidden.getvalue()
    content = clean("photo", polyglot).content
    assert b"<script>" not in content
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_a_photo_stands_upright_without_the_note_that_said_so() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(clean("photo.jpg", picture("JPEG", exif=exif))).size == (30, 40)


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_pictures_of_every_colour_space_are_taken(form: str, mode: str) -> None:
    file = opened(clean("photo", picture(form, mode=mode)))
    assert file.format == form
    assert (file.mode == "RGBA") is (mode == "RGBA")


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_moving_picture_goes_on_moving(form: str) -> None:
    file = opened(clean("screen", moving(form)))
    assert getattr(file, "n_frames", 1) == 3


def test_a_small_file_that_would_be_a_huge_picture_is_refused_unopened() -> None:
    side = 60_000
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000_000))
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    assert fault_of(bomb) is Fault.TOO_LARGE


def test_a_picture_just_above_the_bound_is_refused_and_one_at_it_is_taken() -> None:
    width = 5000
    assert clean("photo", picture("PNG", (width, MOST_PIXELS // width), "L")).kind == "image/png"
    assert fault_of(picture("PNG", (width, MOST_PIXELS // width + 1), "L")) is Fault.TOO_LARGE


def test_many_frames_count_as_many_pictures() -> None:
    assert fault_of(moving("GIF", 3, (3000, 3000))) is Fault.TOO_LARGE


def test_a_flood_of_tiny_frames_is_refused_before_they_are_counted() -> None:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\0"
    assert clean("one", head + frame + b";").kind == "image/gif"
    assert fault_of(head + frame * 300_000 + b";") is Fault.TOO_LARGE


def test_text_in_a_picture_that_unpacks_to_a_flood_is_not_unpacked() -> None:
    flood = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000)))
    content = picture("PNG")
    assert fault_of(content[:33] + flood + content[33:]) is Fault.BROKEN


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_torn_picture_is_told_so(form: str) -> None:
    content = picture(form, (300, 300))
    assert fault_of(content[: len(content) // 2]) is Fault.BROKEN


def test_a_whole_pdf_is_kept_as_it_is() -> None:
    assert clean("bill.pdf", PDF) == CleanFile("bill.pdf", "application/pdf", PDF)
    assert fault_of(PDF[:-20]) is Fault.BROKEN


def test_plain_text_is_kept_as_it_is() -> None:
    log = b"2026-11-24 10:00 Verbindung verloren\r\n\tim Rechenzentrum\n<13>Nov 24 host app: down\n"
    assert clean("app.log", log) == CleanFile("app.log", "text/plain", log)
    assert clean("app.log", b"<13>Nov 24 host app: down").kind == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf  \n<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<HTML>",
        b"  <!-- a comment --><html>",
        b"</p>",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"PK\x03\x04",
        b"GIF89a/*\x00*/=1;alert(1)"[:2] + b"\x00",
        b"BM\x00\x00\x00\x00",
        b"II*\x00\x08\x00\x00\x00",
        b"\x1b[2J\x1b]0;evil\x07",
        b"caf\xe9",
        b"ID3\x03\x00",
    ],
    ids=str,
)
def test_drawings_pages_programs_archives_and_other_kinds_are_refused(content: bytes) -> None:
    assert fault_of(content, "photo.png") is Fault.KIND


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM"])
def test_pictures_of_other_forms_are_refused(form: str) -> None:
    assert fault_of(picture(form), "photo.png") is Fault.KIND


def test_an_archive_that_unpacks_to_a_flood_is_refused_unopened() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(100_000_000))
    for name in ("evidence.pdf", "photo.png", "a.txt"):
        assert fault_of(bomb.getvalue(), name) is Fault.KIND


def test_an_empty_and_a_too_large_file_are_told_apart() -> None:
    assert fault_of(b"") is Fault.EMPTY
    assert clean("a", b"a" * LARGEST_FILE).kind == "text/plain"
    assert fault_of(b"a" * (LARGEST_FILE + 1)) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("screenshot.PNG", "screenshot.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\system32\\evil.exe", "evil.exe.png"),
        ("/etc/cron.d/evil.png", "evil.png"),
        ("..", "file.png"),
        ("", "file.png"),
        (".htaccess", "htaccess.png"),
        ("photo.png\0.html", "photo.png.html.png"),
        ("photo.html", "photo.html.png"),
        ("photo\r\nSet-Cookie: a=b.png", "photoSet-Cookie_ a=b.png"),
        ('a"; filename="evil.exe', "a_; filename=_evil.exe.png"),
        ("gnp\u202egpj.exe", "gnpgpj.exe.png"),
        ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
        ("Rechnung März.png", "Rechnung März.png"),
        ("截图.png", "截图.png"),
        ("a" * 500 + ".png", "a" * 100 + ".png"),
        (".png", "png.png"),
    ],
)
def test_a_name_is_shown_without_paths_tricks_and_wrong_endings(given: str, shown: str) -> None:
    assert safe_name(given, "image/png") == shown
