"""What in a PDF acts by itself: scripts, actions, files within, things that play. Found, and taken out.

Names and meanings: ISO 32000-2, 7.11 (files), 12.6 (actions), 12.5.6 (annotations), 12.7 (forms), 13 (multimedia),
14.13 (associated files).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream


class Part(StrEnum):
    """A kind of active part; the value is what findings, logs and answers call it."""

    SCRIPT = "script"
    ACTION = "action"
    SUBMIT = "submit"
    FILE = "file"
    MEDIA = "media"
    XFA = "xfa"
    OUTSIDE = "outside"
    DAMAGED = "damaged"


# Keys that are active wherever they stand.
_KEYS = {
    "/JS": Part.SCRIPT,
    "/JavaScript": Part.SCRIPT,
    "/EF": Part.FILE,
    "/AF": Part.FILE,
    "/EmbeddedFiles": Part.FILE,
    "/Collection": Part.FILE,
    "/XFA": Part.XFA,
    "/RichMediaContent": Part.MEDIA,
    "/RichMediaSettings": Part.MEDIA,
    "/Renditions": Part.MEDIA,
    "/FFilter": Part.OUTSIDE,
    "/FDecodeParms": Part.OUTSIDE,
}
_ACTIONS = {
    "/JavaScript": Part.SCRIPT,
    "/Launch": Part.ACTION,
    "/ImportData": Part.ACTION,
    "/GoToR": Part.ACTION,
    "/SubmitForm": Part.SUBMIT,
    "/GoToE": Part.FILE,
    "/Rendition": Part.MEDIA,
    "/Movie": Part.MEDIA,
    "/Sound": Part.MEDIA,
    "/RichMediaExecute": Part.MEDIA,
    "/GoTo3DView": Part.MEDIA,
}
_SUBTYPES = {
    "/FileAttachment": Part.FILE,
    "/RichMedia": Part.MEDIA,
    "/Screen": Part.MEDIA,
    "/Movie": Part.MEDIA,
    "/Sound": Part.MEDIA,
    "/3D": Part.MEDIA,
    "/PS": Part.SCRIPT,
}
# What may happen without anybody's click: nothing leaves the document.
_HARMLESS = {"/GoTo", "/Named", "/Hide", "/SetOCGState", "/ResetForm", "/Thread", "/Trans"}
_LINK = re.compile(rb"(?:https?|mailto|tel):|(?![a-z][a-z0-9+.-]*:|[/\\]{2})", re.IGNORECASE)
# Programs pass over these, or read two bytes as one character: then it is another word before the colon.
_HIDING = re.compile(rb"[\x00-\x1f]|\A\xfe\xff|\A\xff\xfe")
_MOST_CHAINED = 50
_EVENTS = ("/OpenAction", "/AA")
_HOLDERS = ("/A", "/AA", "/PA", "/Next", "/OpenAction")

# An object whose text has none of these names has nothing to look at: reading its text is what makes looking fast.
_NAMES = "|".join(map(re.escape, sorted({*_KEYS, *_ACTIONS, *_SUBTYPES, *_EVENTS, "/EmbeddedFile", "/Ref"})))
_USUAL_LINK = r" (?:\((?:https?|mailto|tel):|/|>>)"
_SUSPECT = re.compile(rf"(?:{_NAMES})(?![A-Za-z0-9_])|/URI(?!{_USUAL_LINK})".encode())
_SUSPECT_STREAM = re.compile(_SUSPECT.pattern + rb"|/F(?![A-Za-z0-9_])")


def active_parts(pdf: Pdf) -> set[Part]:
    """The kinds of active parts that a document has. Raises what pikepdf raises on a damaged one."""
    return {part for dictionary, is_stream in _dictionaries(pdf) for part, _ in _active(dictionary, is_stream)}


def remove_active_parts(pdf: Pdf) -> set[Part]:
    """Take them out; returns what there was. What nothing names any more is left behind when the document is saved."""
    removed = set()
    for dictionary, is_stream in _dictionaries(pdf):
        for part, key in list(_active(dictionary, is_stream)):
            removed.add(part)
            for name in [key] if key else list(dictionary.keys()):
                if name in dictionary:
                    del dictionary[name]
    if removed:
        for obj in _objects(pdf):
            for dictionary in _within(_top(obj)):
                _forget_emptied(dictionary)
    return removed


def _dictionaries(pdf: Pdf) -> Iterator[tuple[Dictionary, bool]]:
    """Every dictionary worth a look, and whether it is a stream's."""
    yield from ((dictionary, False) for dictionary in _within(pdf.trailer))
    for obj in _objects(pdf):
        top, is_stream = _top(obj), isinstance(obj, Stream)
        suspect = _SUSPECT_STREAM if is_stream else _SUSPECT
        if suspect.search(top.unparse(resolved=True)):
            for dictionary in _within(top):
                yield dictionary, is_stream and dictionary is top


def _objects(pdf: Pdf) -> list[Object]:
    return [obj for obj in pdf.objects if obj is not None]  # which one that says `null` is


def _top(obj: Object) -> Object:
    return obj.stream_dict if isinstance(obj, Stream) else obj


def _within(top: Object) -> Iterator[Dictionary]:
    """The dictionaries inside an object, itself among them; not those of other objects that it names."""
    waiting = [top]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Dictionary):
            yield value
            children = [child for _, child in value.items()]
        elif isinstance(value, Array):
            children = list(value.as_list())
        else:
            continue
        waiting += [child for child in children if isinstance(child, Object) and not child.is_indirect]


def _active(dictionary: Dictionary, is_stream: bool) -> Iterator[tuple[Part, str | None]]:
    """Each active part and the key that makes it one; no key when it is the dictionary as a whole."""
    for key, value in dictionary.items():
        if key in _KEYS and _holds(value):
            yield _KEYS[key], key
        elif key in _EVENTS and _acts_by_itself(value):
            yield Part.ACTION, key
        elif _is_elsewhere(key, value, is_stream=is_stream):
            yield Part.OUTSIDE, key
    action = _name(dictionary, "/S")
    if action in _ACTIONS:
        yield _ACTIONS[action], None
    elif action == "/URI" and not _is_link(dictionary.get("/URI")):
        yield Part.ACTION, None
    subtype = _SUBTYPES.get(_name(dictionary, "/Subtype")) or _SUBTYPES.get(_name(dictionary, "/Subtype2"))
    if subtype:
        yield subtype, None
    if _name(dictionary, "/Type") == "/EmbeddedFile":
        yield Part.FILE, None


def _holds(value: Object) -> bool:
    """Whether there is something in it: many programs write empty lists of scripts or files."""
    if isinstance(value, Array):
        return len(value) > 0
    if isinstance(value, Dictionary) and not isinstance(value, Stream):
        return any(key not in ("/Names", "/Limits") or _holds(entry) for key, entry in value.items())
    return True


def _is_elsewhere(key: str, value: Object, *, is_stream: bool) -> bool:
    """Whether content is read from another file: a stream's bytes, or a page of another document."""
    return (key == "/F" and is_stream) or (key == "/Ref" and isinstance(value, Dictionary))


def _acts_by_itself(event: Object) -> bool:
    """Whether /OpenAction or an entry of /AA does more than show a place in the document."""
    if not isinstance(event, Dictionary):
        return False  # a place
    waiting: list[Object] = [event] if "/S" in event else [action for _, action in event.items()]
    for _ in range(_MOST_CHAINED):
        if not waiting:
            return False
        action = waiting.pop()
        if isinstance(action, Array):
            waiting.extend(action.as_list())
        elif isinstance(action, Dictionary) and not _is_empty(action):
            if _name(action, "/S") not in _HARMLESS | set(_ACTIONS):
                return True  # those of _ACTIONS are found by themselves
            if "/Next" in action:
                waiting.append(action["/Next"])
    return True


def _is_link(uri: Object | None) -> bool:
    if not isinstance(uri, pikepdf.String):
        return False
    text = bytes(uri).strip()
    return bool(_LINK.match(text)) and not _HIDING.search(text)


def _name(dictionary: Dictionary, key: str) -> str:
    value = dictionary.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _forget_emptied(dictionary: Dictionary) -> None:
    """Take out what now names an action or annotation without content."""
    events = dictionary.get("/AA")
    if isinstance(events, Dictionary):
        for key in [key for key, action in events.items() if _is_empty(action)]:
            del events[key]
    for key in _HOLDERS:
        if key in dictionary and _is_empty(dictionary[key]):
            del dictionary[key]
    annotations = dictionary.get("/Annots")
    if isinstance(annotations, Array) and any(map(_is_empty, annotations.as_list())):
        dictionary["/Annots"] = Array([one for one in annotations.as_list() if not _is_empty(one)])


def _is_empty(value: Object) -> bool:
    return isinstance(value, Dictionary) and len(value) == 0
