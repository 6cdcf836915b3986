"use strict";
const UNSURE_LEAD = 0.2;
const BARS = 3;
const CHUNK = 48;
const AHEAD = 1200;  // pixels below the screen that are built before they are seen

const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const names = new Intl.Collator(undefined, {numeric: true});

// Texts come from file names and labels, so they are only ever set as text.
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const counted = (count, what) => `${number.format(count)} ${what}${count === 1 ? "" : "s"}`;

// --- the data -------------------------------------------------------------------------------------------

const run = JSON.parse(byId("run").textContent);
const images = [];
for (const block of document.querySelectorAll("script.images")) {
  images.push(...JSON.parse(block.textContent));
  block.remove();
}

images.forEach((image, order) => {
  image.order = order;
  image.labels ??= [];
  image.label ??= null;
  image.score ??= null;
  image.lead = image.labels.length > 1 ? image.labels[0].score - image.labels[1].score : null;
  image.unsure = run.percent && image.lead !== null && image.lead < UNSURE_LEAD;
  image.outcome = image.error ? "failed" : !image.truth?.length ? "open" : image.truth.includes(image.label) ? "right" : "mistake";
  image.searched = image.path.toLowerCase();
});

const count = (test) => images.reduce((sum, image) => sum + (test(image) ? 1 : 0), 0);
const judged = count((image) => image.outcome === "right" || image.outcome === "mistake");
const right = count((image) => image.outcome === "right");
const failed = count((image) => image.error);
const hasTruth = judged > 0;
const scores = images.flatMap((image) => image.labels.map((entry) => entry.score));
const low = run.percent ? 0 : scores.reduce((a, b) => Math.min(a, b), Infinity);
const high = run.percent ? 1 : scores.reduce((a, b) => Math.max(a, b), -Infinity);

const scoreText = (score) => (run.percent ? `${(100 * score).toFixed(1)}%` : score.toFixed(3));
const share = (score) => (high > low ? Math.max(0, Math.min(1, (score - low) / (high - low))) : 1);

// --- choosing, sorting, grouping ------------------------------------------------------------------------

const outcomes = [
  {key: "all", name: "All", test: () => true},
  {key: "mistake", name: "Mistakes", test: (image) => image.outcome === "mistake", shown: hasTruth},
  {key: "right", name: "Right", test: (image) => image.outcome === "right", shown: hasTruth},
  {key: "unsure", name: "Unsure", test: (image) => image.unsure, shown: run.percent,
   title: "The first label leads the second by less than 20 points"},
  {key: "failed", name: "Failed", test: (image) => image.error},
  {key: "map", name: "With map", test: (image) => image.maps, shown: images.some((image) => image.maps)},
].filter((outcome) => outcome.shown !== false);
outcomes.forEach((outcome) => (outcome.count = count(outcome.test)));

const byScore = (a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || a.order - b.order;
const rank = {mistake: 0, failed: 1, open: 2, right: 3};
const sorts = {
  mistakes: {name: "Mistakes first", order: (a, b) => rank[a.outcome] - rank[b.outcome] || byScore(a, b), shown: hasTruth},
  score: {name: "Highest score", order: byScore},
  lowest: {name: "Lowest score", order: (a, b) => (a.score ?? Infinity) - (b.score ?? Infinity) || a.order - b.order},
  margin: {name: "Smallest lead", order: (a, b) => (a.lead ?? Infinity) - (b.lead ?? Infinity) || a.order - b.order},
  name: {name: "File name", order: (a, b) => names.compare(a.path, b.path) || a.order - b.order},
  order: {name: "As in the run", order: (a, b) => a.order - b.order},
};

const NO_LABEL = "No label";
const FAILED = "Could not be read";
const headings = {mistake: "Mistakes", failed: FAILED, open: "Not judged", right: "Right"};
const labelKey = (image) => (image.error ? "failed" : image.label === null ? "none" : `label ${image.label}`);
const labelName = (image) => (image.error ? FAILED : (image.label ?? NO_LABEL));
const groups = {
  outcome: {name: "Right or wrong", key: (image) => image.outcome, heading: (image) => headings[image.outcome], shown: hasTruth,
            order: (a, b) => rank[a.images[0].outcome] - rank[b.images[0].outcome]},
  label: {name: "Label", key: labelKey, heading: labelName},
  truth: {name: "Truth", key: (image) => (image.truth ? `truth ${JSON.stringify(image.truth)}` : "none"),
          heading: (image) => image.truth?.join(", ") || "Not judged", shown: hasTruth},
  none: {name: "None", key: () => "", heading: () => null},
};
const special = (group) => (group.key === "failed" || group.key === "none" ? 1 : 0);
const bySize = (a, b) => special(a) - special(b) || b.images.length - a.images.length || names.compare(a.heading, b.heading);

const first = {search: "", outcome: "all", label: null, least: low, group: hasTruth ? "outcome" : "label", sort: hasTruth ? "mistakes" : "score"};
const chosen = {...first};

const grouped = (list, by) => {
  const found = new Map();
  for (const image of list) {
    const key = by.key(image);
    if (!found.has(key)) found.set(key, {key, heading: by.heading(image), images: []});
    found.get(key).images.push(image);
  }
  return [...found.values()].sort(by.order ?? bySize);
};

const matching = () => {
  const searched = chosen.search.trim().toLowerCase();
  const outcome = outcomes.find((entry) => entry.key === chosen.outcome);
  return images.filter((image) => outcome.test(image) && (searched === "" || image.searched.includes(searched)) &&
    (chosen.label === null || labelKey(image) === chosen.label) &&
    (chosen.least <= low || (image.score !== null && image.score >= chosen.least)));
};
