// The panels beside the game: what happened in the Moment shown, in words, bars and curves.

const MOST_BARS = 8, MOST_PIPS = 8;
const OUTCOMES = { terminated: "played to its end", truncated: "time ran out", stopped: "stopped", "cut off": "the recording was cut off" };
const byId = (id) => document.getElementById(id);

class Panels {
  constructor(replay) {
    this.replay = replay;
    const { series, about } = replay;
    byId("game").textContent = about.game;
    byId("who").textContent = `${about.brain} · seed ${about.seed} · ${about.started} · ${OUTCOMES[about.outcome]}`;
    byId("value-card").hidden = !series.value;
    if (series.q && !series.probabilities) byId("value-title").textContent = "largest Q";
    byId("memory-card").hidden = !replay.memory;
    if (replay.memory) byId("cells").textContent = `${replay.memory.width} cells`;
    byId("deaths-legend").hidden = !about.deaths.length;
    byId("surprises-legend").hidden = !about.surprises.length;
    byId("bookmarks-legend").hidden = !about.bookmarks.length;
    this.predicted = this.makePredicted();
    byId("expected").textContent = this.firstPrediction();
    this.doubts = this.makeDoubts();
    this.rows = this.makeRows();
  }

  /** V and what came of it, which are in the same unit and so share their range. */
  makePredicted() {
    const { value, came } = this.replay.series;
    const both = [value, came].filter(Boolean);
    const low = Math.min(...both.map((curve) => curve.low)), high = Math.max(...both.map((curve) => curve.high));
    const curves = value ? [{ at: value.at, low, high, colour: COLOURS.sky }] : [];
    if (value && came) curves.unshift({ at: came.at, low, high, colour: COLOURS.green });
    byId("came").hidden = !came;
    byId("value-card").title = this.replay.about.unit;
    return curves;
  }

  /** What it expected of the whole at its first decision, and what came of that. */
  firstPrediction() {
    const { value, came } = this.replay.series;
    const first = this.replay.frames.findIndex((_, i) => value && !Number.isNaN(value.at(i)));
    if (first < 0) return "";
    const became = came && !Number.isNaN(came.at(first)) ? `, came ${written(came.at(first))}` : "";
    return `at the start ${written(value.at(first))}${became}`;
  }

  /** The curves of how sure the brain is and how much it tries out; the card is hidden where there are none. */
  makeDoubts() {
    const { entropy, exploration } = this.replay.series;
    const varies = exploration && exploration.high > exploration.low;
    const curves = [];
    if (entropy) curves.push({ ...entropy, low: 0, colour: COLOURS.sky });
    if (varies) curves.push({ ...exploration, colour: COLOURS.purple });
    byId("doubt-card").hidden = !curves.length;
    byId("doubt-title").textContent = entropy ? "entropy, how undecided it is" : "exploration";
    byId("doubt-legend").textContent = entropy && varies ? "purple: exploration" : "";
    return curves;
  }

  makeRows() {
    const { names, series } = this.replay.about;
    const both = this.replay.series.probabilities && this.replay.series.q;
    byId("actions-title").textContent = this.replay.series.probabilities
      ? both ? "probability and Q" : "action probabilities"
      : this.replay.series.q ? "Q-values" : "actions";
    byId("actions").className = both ? "two" : "one";
    return Array.from({ length: Math.min(names.length, MOST_BARS) }, () => {
      const row = document.createElement("li");
      const part = (kind, inside) => {
        const element = row.appendChild(document.createElement(kind === "bar" ? "div" : "span"));
        element.className = kind;
        return inside ? element.appendChild(document.createElement(inside)) : element;
      };
      const made = { row, mark: part("mark"), name: part("name"), bar: part("bar", "i"), number: part("number") };
      made.mark.textContent = "▶";
      if (both) made.second = part("number");
      byId("actions").append(row);
      return made;
    });
  }

  /** Show the Moment of a frame. */
  show(frame) {
    const { replay } = this, { series, about, frames } = replay;
    const i = indexAt(frames, frame);
    byId("score").textContent = written(Math.round(series.score.at(i) * 1e4) / 1e4);
    byId("step").textContent = `step ${i * about.series.stride} · frame ${frame}`;
    this.showLives(latest(about.lives, frame));
    this.showChoice(i);
    if (series.value) byId("value").textContent = written(series.value.at(i));
    const reward = i ? replay.reward(i) : 0;
    byId("reward").textContent = reward ? (reward > 0 ? "+" : "") + written(Math.round(reward * 1e4) / 1e4) : "";
    byId("entropy").textContent = series.entropy ? `entropy ${written(series.entropy.at(i))}` : "";
    this.draw(frame);
    return i;
  }

  draw(frame) {
    const { replay } = this, { value } = replay.series;
    if (value) drawCurves(byId("value-chart"), replay, frame, this.predicted);
    drawRewards(byId("reward-chart"), replay, frame);
    drawCurves(byId("return-chart"), replay, frame, [{ ...replay.score, colour: COLOURS.green }]);
    if (this.doubts.length) drawCurves(byId("doubt-chart"), replay, frame, this.doubts);
    if (replay.memory) drawMemory(byId("memory-chart"), replay, frame);
  }

  showLives(lives) {
    byId("lives").hidden = lives === null;
    if (lives === null) return;
    byId("lives").textContent = lives >= 0 && lives <= MOST_PIPS ? "●".repeat(lives) : `${lives} lives`;
    byId("lives").title = `${lives} lives left`;
  }

  /** Show the actions: all in their order where they fit, else the most preferred first and the chosen one. */
  showChoice(i) {
    const { series, about } = this.replay;
    const action = series.action ? series.action.at(i) : NaN;
    const by = series.by ? about.series.choosers[series.by.at(i)] : undefined;
    const explored = series.explored && series.explored.at(i) > 0;
    const chosen = about.series.actions.indexOf(action);
    const wanted = series.probabilities || series.q;
    const wants = wanted ? about.names.map((_, place) => wanted.at(i, place)) : [];
    const order = this.choose(wants, chosen);
    const finite = wants.filter(Number.isFinite);
    const low = Math.min(...finite), spread = Math.max(...finite) - low;
    this.rows.forEach((row, number) => {
      const place = order[number];
      const part = series.probabilities ? wants[place] : spread > 0 ? 0.05 + (0.95 * (wants[place] - low)) / spread : 1;
      row.name.textContent = row.name.title = about.names[place];
      row.row.classList.toggle("chosen", place === chosen);
      row.bar.style.width = `${100 * (Number.isFinite(part) && finite.length ? part : 0)}%`;
      row.number.textContent = !finite.length ? ""
        : series.probabilities ? `${Math.round(100 * wants[place])} %` : written(wants[place]);
      if (row.second) row.second.textContent = written(series.q.at(i, place));
    });
    const mark = by === "human" ? "yellow" : explored ? "purple" : "orange";
    byId("actions").style.setProperty("--mark", `var(--${mark})`);
    byId("chosen").textContent = by === undefined ? "" : `chosen by ${by === "human" ? "a person" : by}${explored ? ", explored" : ""}`;
    byId("by").textContent = by !== undefined && by !== about.brain ? `played by ${by}` : "";
    const exploration = series.exploration ? series.exploration.at(i) : NaN;
    byId("exploration").textContent = Number.isNaN(exploration) ? "" : `exploration ${written(exploration)}`;
  }

  choose(wants, chosen) {
    const all = this.replay.about.names.map((_, place) => place);
    if (all.length <= MOST_BARS) return all;
    if (wants.length) all.sort((a, b) => (wants[b] || 0) - (wants[a] || 0));
    const shown = all.slice(0, MOST_BARS);
    if (chosen >= 0 && !shown.includes(chosen)) shown[MOST_BARS - 1] = chosen;
    return shown;
  }
}
