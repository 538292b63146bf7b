"use strict";
// Reading what the page carries: facts as JSON, columns of numbers and the video as base64.

const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array };

/** The bytes in an element, which is emptied: the page would hold them twice. */
function takeBytes(id) {
  const element = document.getElementById(id);
  const text = atob(element.textContent);
  element.textContent = "";
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** Columns by name. `column.at(i, place)` is a number, NaN where there is none. */
function readColumns(about, buffer) {
  const columns = {};
  let offset = 0;
  for (const { name, type, width, low, step } of about.columns) {
    const bytes = KINDS[type].BYTES_PER_ELEMENT * width * about.count;
    const codes = new KINDS[type](buffer.slice(offset, offset + bytes));
    const none = type[0] === "u" ? 2 ** (8 * KINDS[type].BYTES_PER_ELEMENT) - 1 : NaN;
    const at = (i, place = 0) => {
      const code = codes[place * about.count + i];
      return code === none ? NaN : low + step * code;
    };
    columns[name] = { at, width, low, high: low + step * (none - 1) };
    offset += bytes;
  }
  return columns;
}

async function readReplay() {
  const about = JSON.parse(document.getElementById("about").textContent);
  const series = readColumns(about.series, await inflate(takeBytes("series")));
  const memory = about.memory && readColumns(about.memory, await inflate(takeBytes("memory"))).memory;
  const frames = Array.from({ length: about.series.count }, (_, i) => series.frame.at(i));
  return { about, series, memory, frames, film: new Blob([takeBytes("video")], { type: "video/mp4" }) };
}

/** Index of the Moment that shows a frame: the first that does not end before it. */
function indexAt(frames, frame) {
  let low = 0, high = frames.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle] < frame) low = middle + 1; else high = middle;
  }
  return low;
}

/** The last of `[frame, value]` pairs that lies at or before a frame. */
function latest(pairs, frame) {
  let found = null;
  for (const [at, value] of pairs) if (at <= frame) found = value;
  return found;
}

/** A number in at most seven characters. */
function written(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "–";
  if (size >= 100000) return value.toExponential(1).replace("e+", "e");
  if (Number.isInteger(value)) return String(value);
  if (size < 0.001) return value.toExponential(0);
  return value.toFixed(size < 1 ? 3 : size < 100 ? 2 : 0);
}

function clock(frame, fps) {
  const tenths = Math.floor((frame * 10) / fps + 1e-6);
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 600)}:${seconds}.${tenths % 10}`;
}
