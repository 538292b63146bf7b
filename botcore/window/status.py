"""The line at the bottom: who plays, and how it is being watched."""

from __future__ import annotations

from dataclasses import dataclass

from botcore.about import SceneAbout
from botcore.window.canvas import Canvas
from botcore.window.theme import GREEN, MUTED, ORANGE, SKY, SURFACE, TEXT, VERMILLION, YELLOW, Colour


@dataclass(frozen=True)
class Status:
    """What the bottom line says beside who plays.

    Attributes:
        paused: whether time stands still.
        speed: multiple of the game's own pace.
        behind: whether that pace is not reached: the machine is too slow for it.
        learning: whether the brain learns; None where it cannot.
        taken_over: whether a person plays.
        looking: what the map over the picture is about (`action`, `value`); empty: there is none.
        recording: whether this is being recorded.
        message: one line for a while: where a screenshot went, what a plugin says.
        hint: which key shows the help.
    """

    paused: bool = False
    speed: float = 1.0
    behind: bool = False
    learning: bool | None = None
    taken_over: bool = False
    looking: str = ""
    recording: bool = False
    message: str = ""
    hint: str = "F1 help"

    def words(self) -> list[tuple[str, Colour]]:
        """Return what is worth saying, each with its colour."""
        said: list[tuple[str, Colour]] = [("paused", YELLOW)] if self.paused else []
        if self.speed != 1.0:
            said.append((f"speed ×{self.speed:g}", SKY))
        if self.behind:
            said.append(("cannot keep up", ORANGE))
        if self.learning is not None:
            said.append(("learning on", GREEN) if self.learning else ("learning off", MUTED))
        if self.taken_over:
            said.append(("you play", YELLOW))
        if self.looking:
            said.append((f"looks for the {self.looking}", SKY))
        if self.recording:
            said.append(("recording", VERMILLION))
        return said


def draw_status(canvas: Canvas, about: SceneAbout, status: Status) -> None:
    """Draw the bottom line; a message takes the place of who plays."""
    unit, size = canvas.sizes.unit, canvas.sizes.small
    canvas.box(canvas.surface.get_rect(), SURFACE)
    top = (canvas.height - canvas.type.line(size)) // 2
    x = canvas.width - unit
    for words, colour in [(status.hint, MUTED), *reversed(status.words())]:
        if words:
            x = canvas.text(words, x, top, colour=colour, align="right").x - 2 * unit
    if status.message:
        canvas.text(status.message, unit, top, colour=ORANGE, width=x - unit)
        return
    who = canvas.text(f"{about.game}  ·  {about.brain}", unit, top, colour=TEXT, width=x - unit)
    if about.note and x - who.right > 8 * unit:
        canvas.text(about.note, who.right + 2 * unit, top, colour=MUTED, width=x - who.right - 2 * unit)
