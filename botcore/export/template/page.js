// The page's clock is its video: everything else follows the frame that is on screen.

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

class Page {
  constructor(replay) {
    this.replay = replay;
    this.film = byId("film");
    this.panels = new Panels(replay);
    this.shown = -1;
    this.speed = SPEEDS.indexOf(1);
    const { deaths, surprises, bookmarks } = replay.about;
    this.events = [...new Set([...deaths, ...surprises, ...bookmarks.map(([frame]) => frame), ...this.rewarded()])]
      .sort((a, b) => a - b);
    this.listen();
    this.resize();
    this.follow();
  }

  /** Frames of the rewards that stand out: far from the usual one, for what most steps pay is no event. */
  rewarded() {
    const { frames, reward, largestReward } = this.replay;
    const rewards = frames.map((_, i) => (i ? reward(i) : 0));
    const usual = [...rewards].sort((a, b) => a - b)[rewards.length >> 1];
    const apart = rewards.map((paid) => (paid ? Math.abs(paid - usual) : 0));
    // Scores are rounded: a tenth of the largest reward is more than that.
    const least = Math.max(largestReward / 10, apart.reduce((most, one) => Math.max(most, one), 0) / 2);
    return frames.filter((_, i) => apart[i] && apart[i] >= least).slice(0, 1000);
  }

  get frame() {
    const { fps, first, last } = this.replay.about;
    return Math.min(last, first + Math.floor(this.film.currentTime * fps + 0.01));
  }

  /** Go to a frame: to the middle of its time, so that no rounding shows its neighbour. */
  seek(frame) {
    const { fps, first, last } = this.replay.about;
    const aim = Math.min(last, Math.max(first, Math.round(frame)));
    this.film.currentTime = Math.min((aim - first + 0.5) / fps, this.film.duration - 0.5 / fps);
  }

  stepFrames(frames) {
    this.film.pause();
    this.seek(this.frame + frames);
  }

  /** Go by whole decisions of the brain. */
  stepMoments(count) {
    const { frames } = this.replay;
    this.film.pause();
    this.seek(frames[Math.min(frames.length - 1, Math.max(0, indexAt(frames, this.frame) + count))]);
  }

  jump(direction) {
    // While it plays, what was only just passed is not the event before: else none would be reached beyond it.
    const here = this.frame - (direction < 0 && !this.film.paused ? this.replay.about.fps : 0);
    const ahead = direction > 0
      ? this.events.find((frame) => frame > here)
      : this.events.findLast((frame) => frame < here);
    if (ahead !== undefined) this.seek(ahead);
  }

  toggle() {
    if (!this.film.paused) this.film.pause();
    else {
      if (this.film.ended) this.seek(0);
      this.film.play();
    }
  }

  faster(steps) {
    this.speed = Math.min(SPEEDS.length - 1, Math.max(0, this.speed + steps));
    this.film.playbackRate = SPEEDS[this.speed];
    byId("speed").textContent = `${SPEEDS[this.speed]}×`;
  }

  /** Show the frame on screen, now and at every refresh of the screen. */
  follow() {
    if (this.frame !== this.shown) this.show();
    requestAnimationFrame(() => this.follow());
  }

  show() {
    const { about } = this.replay;
    const frame = this.shown = this.frame;
    const step = this.panels.show(frame);
    byId("cursor").style.left = `${(100 * frame) / about.last}%`;
    byId("clock").textContent = `${clock(frame, about.fps)} / ${clock(about.last, about.fps)}`;
    byId("line").setAttribute("aria-valuenow", frame);
    byId("line").setAttribute("aria-valuetext", clock(frame, about.fps));
    Object.assign(document.body.dataset, { frame, step });
  }

  resize() {
    drawOverview(byId("overview"), this.replay);
    if (this.shown >= 0) this.panels.draw(this.shown);
  }

  listen() {
    const { film } = this, line = byId("line");
    line.setAttribute("aria-valuemax", this.replay.about.last);
    for (const [id, action] of Object.entries({
      play: () => this.toggle(), back: () => this.stepFrames(-1), on: () => this.stepFrames(1),
      slower: () => this.faster(-1), faster: () => this.faster(1),
      previous: () => this.jump(-1), next: () => this.jump(1),
    })) byId(id).addEventListener("click", action);
    const paused = () => {
      byId("play").textContent = film.paused ? "▶" : "❚❚";
      byId("play").setAttribute("aria-label", film.paused ? "play" : "pause");
    };
    for (const name of ["play", "pause", "ended"]) film.addEventListener(name, paused);
    film.addEventListener("click", () => this.toggle());
    document.addEventListener("keydown", (event) => this.key(event));
    line.addEventListener("pointerdown", (event) => {
      line.setPointerCapture(event.pointerId);
      this.seek(this.frameUnder(event));
    });
    line.addEventListener("pointermove", (event) => {
      if (line.hasPointerCapture(event.pointerId)) this.seek(this.frameUnder(event));
      this.hover(event);
    });
    line.addEventListener("pointerleave", () => { byId("hover").hidden = true; });
    window.addEventListener("resize", () => this.resize());
    window.addEventListener("hashchange", () => this.openAddress());
    this.openAddress();
  }

  /** `#t=12.5` opens the page at that second. */
  openAddress() {
    const seconds = Number(/^#t=([\d.]+)$/.exec(location.hash)?.[1] ?? NaN);
    if (Number.isFinite(seconds)) this.seek(Math.floor(seconds * this.replay.about.fps + 0.01));
  }

  frameUnder(event) {
    const box = byId("line").getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.x) / box.width)) * this.replay.about.last;
  }

  hover(event) {
    const { about, frames, series } = this.replay, frame = Math.round(this.frameUnder(event));
    const hover = byId("hover"), box = byId("line").getBoundingClientRect();
    const near = about.bookmarks.find(([at]) => Math.abs(at - frame) <= (4 * about.last) / box.width);
    hover.hidden = false;
    hover.textContent = `${clock(frame, about.fps)} · score ${written(series.score.at(indexAt(frames, frame)))}`
      + (near ? ` · ${near[1] || "bookmark"}` : "");
    const half = `${hover.offsetWidth / 2}px`; // one that left the page would make it scroll
    hover.style.left = `clamp(${half}, ${(100 * frame) / about.last}%, calc(100% - ${half}))`;
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const ten = 10 * this.replay.about.fps;
    const actions = {
      " ": () => this.toggle(),
      ArrowLeft: () => (event.shiftKey ? this.stepMoments(-1) : this.stepFrames(-1)),
      ArrowRight: () => (event.shiftKey ? this.stepMoments(1) : this.stepFrames(1)),
      "+": () => this.faster(1), "=": () => this.faster(1), "-": () => this.faster(-1),
      PageUp: () => this.seek(this.frame - ten), PageDown: () => this.seek(this.frame + ten),
      Home: () => this.seek(0), End: () => this.seek(this.replay.about.last),
      n: () => this.jump(1), p: () => this.jump(-1),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    action();
  }
}

async function open() {
  const replay = await readReplay();
  const { score } = replay.series, { stride, count } = replay.about.series;
  const scores = Array.from({ length: count }, (_, i) => score.at(i)).sort((a, b) => a - b);
  replay.score = { at: score.at, low: Math.min(0, scores[0]), high: Math.max(0, scores[count - 1]) };
  replay.reward = (i) => score.at(i) - score.at(i - 1);
  replay.largestReward = replay.frames.reduce((most, _, i) => Math.max(most, i ? Math.abs(replay.reward(i)) : 0), 0);
  if (replay.memory) {
    replay.tints = tints();
    const nearest = (column) => Math.min(replay.frames.length - 1, Math.round((column * replay.about.memory.stride) / stride));
    replay.memoryFrames = Array.from({ length: replay.about.memory.count }, (_, column) => replay.frames[nearest(column)]);
  }
  const film = byId("film");
  await new Promise((done, failed) => {
    film.addEventListener("loadeddata", done, { once: true });
    film.addEventListener("error", () => failed(new Error("this browser cannot play the page's H.264 video; try another one")), { once: true });
    film.src = URL.createObjectURL(replay.film);
  });
  new Page(replay);
  document.body.dataset.state = "ready";
}

open().catch((error) => {
  byId("problem").hidden = false;
  byId("problem").textContent = error.message;
  document.body.dataset.state = "failed";
});
