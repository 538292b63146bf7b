// Drawing on canvases: curves around the moment shown, the memory, and the whole episode.

const PAST = 12, FUTURE = 4; // seconds that a curve shows either side of the moment
const TICK = 3, GUTTER = 46; // pixels
const COLOURS = Object.fromEntries(
  ["orange", "sky", "green", "yellow", "vermillion", "purple", "background", "raised", "rule", "muted", "text"]
    .map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()]),
);

/** A canvas's context in CSS pixels, cleared, right of a gutter for figures; null where there is no room. */
function prepare(canvas, gutter = GUTTER) {
  // A page that is zoomed by its style has more pixels than its lengths say.
  const scale = (window.devicePixelRatio || 1) * (canvas.getBoundingClientRect().width / canvas.clientWidth || 1);
  const width = canvas.clientWidth - gutter, height = canvas.clientHeight;
  if (width <= 0 || !height) return null;
  const wide = Math.round((width + gutter) * scale), high = Math.round(height * scale);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, gutter * scale, 0);
  pen.clearRect(-gutter, 0, width + gutter, height);
  pen.font = "12px system-ui, sans-serif";
  return { pen, width, height };
}

/** The Moments around a frame, and where they lie on a width: the moment shown stands at PAST : FUTURE. */
function around(replay, frame, width) {
  const { fps } = replay.about;
  const left = frame - PAST * fps, span = (PAST + FUTURE) * fps;
  const begin = Math.max(0, indexAt(replay.frames, left) - 1);
  const end = Math.min(replay.frames.length - 1, indexAt(replay.frames, left + span) + 1);
  return { begin, end, x: (at) => ((at - left) / span) * width, now: (PAST / (PAST + FUTURE)) * width };
}

/** Draw what is behind us bright, what is ahead faint, and a line where we are. */
function twice(pen, width, height, now, draw) {
  for (const [from, to, strength] of [[0, now, 1], [now, width, 0.3]]) {
    pen.save();
    pen.beginPath();
    pen.rect(from, 0, to - from, height);
    pen.clip();
    pen.globalAlpha = strength;
    draw();
    pen.restore();
  }
  pen.fillStyle = COLOURS.muted;
  pen.fillRect(now - 0.5, 0, 1, height);
}

/** Curves over time, each a `{ at(i), low, high, colour }`; the first one's range is written on the left. */
function drawCurves(canvas, replay, frame, curves) {
  const area = prepare(canvas);
  if (!area) return;
  const { pen, width, height } = area;
  const view = around(replay, frame, width);
  const inner = height - 6;
  twice(pen, width, height, view.now, () => {
    for (const curve of curves) {
      const spread = curve.high - curve.low;
      const y = (value) => 3 + inner * (spread > 0 ? 1 - (value - curve.low) / spread : 0.5);
      if (curve.low < 0 && curve.high > 0) {
        pen.fillStyle = COLOURS.rule;
        pen.fillRect(0, y(0), width, 1);
      }
      pen.strokeStyle = curve.colour;
      pen.lineWidth = 2;
      pen.lineJoin = "round";
      pen.beginPath();
      let down = false;
      for (let i = view.begin; i <= view.end; i++) {
        const value = curve.at(i);
        if (Number.isNaN(value)) { down = false; continue; }
        const x = view.x(replay.frames[i]);
        if (down) pen.lineTo(x, y(value)); else pen.moveTo(x, y(value));
        down = true;
      }
      pen.stroke();
    }
  });
  label(pen, written(curves[0].high), 11);
  label(pen, written(curves[0].low), height - 3);
}

function label(pen, words, y) {
  pen.fillStyle = COLOURS.muted;
  pen.fillText(words, -GUTTER, y);
}

/** Rewards as ticks, up and green or down and vermillion, as long as they are large. */
function drawRewards(canvas, replay, frame) {
  const area = prepare(canvas);
  if (!area) return;
  const { pen, width, height } = area;
  const view = around(replay, frame, width);
  twice(pen, width, height, view.now, () => {
    pen.fillStyle = COLOURS.rule;
    pen.fillRect(0, height / 2, width, 1);
    for (let i = Math.max(1, view.begin); i <= view.end; i++) {
      tick(pen, replay.reward(i) / replay.largestReward, view.x(replay.frames[i]), 0, height);
    }
  });
}

/** One tick; `part` is its share of the largest, -1 to 1. The root keeps small ones visible. */
function tick(pen, part, x, top, height) {
  if (!part) return;
  const long = (height / 2) * Math.max(0.15, Math.sqrt(Math.abs(part)));
  pen.fillStyle = part > 0 ? COLOURS.green : COLOURS.vermillion;
  pen.fillRect(x - TICK / 2, top + height / 2 - (part > 0 ? long : 0), TICK, long);
}

/** Ticks for the whole episode: what was won or lost on each few pixels. */
function drawSums(pen, replay, width, height) {
  const sums = new Float64Array(Math.ceil(width / TICK) + 1);
  replay.frames.forEach((frame, i) => {
    if (i) sums[Math.floor((frame / replay.about.last) * (width / TICK))] += replay.reward(i);
  });
  const largest = sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);
  if (largest) sums.forEach((sum, place) => tick(pen, sum / largest, (place + 0.5) * TICK, 12, height - 24));
}

/** A row a cell, a column a Moment; blue is negative, orange positive, strong is bright. */
function drawMemory(canvas, replay, frame) {
  const area = prepare(canvas);
  if (!area) return;
  const { pen, width, height } = area;
  const { stride, count } = replay.about.memory;
  const view = around(replay, frame, width);
  const cells = replay.memory.width;
  const begin = Math.floor(view.begin * replay.about.series.stride / stride);
  const end = Math.min(count - 1, Math.ceil(view.end * replay.about.series.stride / stride));
  const picture = new ImageData(end - begin + 1, cells);
  for (let column = begin; column <= end; column++) {
    for (let cell = 0; cell < cells; cell++) {
      picture.data.set(replay.tints[replay.memory.at(column, cell)], 4 * (cell * picture.width + column - begin));
    }
  }
  const small = new OffscreenCanvas(picture.width, cells);
  small.getContext("2d").putImageData(picture, 0, 0);
  const frames = replay.memoryFrames;
  const from = view.x(frames[begin]), to = view.x(frames[end] + (frames[1] - frames[0] || 1));
  pen.imageSmoothingEnabled = false;
  twice(pen, width, height, view.now, () => pen.drawImage(small, from, 0, to - from, height));
}

/** Sixteen levels from sky over the background to orange, as [r, g, b, 255]. */
function tints() {
  const parts = (colour) => colour.match(/\d+/g).map(Number);
  const middle = parts(COLOURS.background);
  return Array.from({ length: 15 }, (_, level) => {
    const strength = Math.abs(level - 7) / 7, end = parts(level < 7 ? COLOURS.sky : COLOURS.orange);
    return [...middle.map((dark, i) => Math.round(dark + (end[i] - dark) * strength)), 255];
  });
}

/** The whole episode: the value as a shade, rewards, lost lives as diamonds, surprises as rings. */
function drawOverview(canvas, replay) {
  const area = prepare(canvas, 0);
  if (!area) return;
  const { pen, width, height } = area;
  const { about, frames, series } = replay;
  const x = (frame) => (frame / about.last) * width;
  if (series.value && series.value.high > series.value.low) {
    pen.fillStyle = COLOURS.raised;
    pen.beginPath();
    pen.moveTo(0, height);
    for (let i = 0; i < frames.length; i++) {
      const value = series.value.at(i);
      const part = (value - series.value.low) / (series.value.high - series.value.low);
      if (!Number.isNaN(part)) pen.lineTo(x(frames[i]), height - part * (height - 12));
    }
    pen.lineTo(width, height);
    pen.fill();
  }
  drawSums(pen, replay, width, height);
  pen.lineWidth = 2;
  for (const frame of about.surprises) {
    pen.strokeStyle = COLOURS.purple;
    pen.beginPath();
    pen.arc(x(frame), 8, 4, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.fillStyle = COLOURS.yellow;
  for (const [frame] of about.bookmarks) pen.fillRect(x(frame) - 2, 0, 4, 14);
  for (const frame of about.deaths) {
    pen.fillStyle = COLOURS.vermillion;
    pen.fillRect(x(frame) - 0.5, 0, 1, height);
    pen.beginPath();
    for (const [dx, dy] of [[0, -6], [6, 0], [0, 6], [-6, 0]]) pen.lineTo(x(frame) + dx, height - 8 + dy);
    pen.fill();
  }
}
