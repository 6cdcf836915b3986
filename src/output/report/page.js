// --- cards ----------------------------------------------------------------------------------------------

const frame = (image) => {
  const element = make("span", "frame");
  if (image.picture) {
    const picture = make("img");
    picture.alt = "";
    picture.decoding = "async";
    picture.onload = () => picture.classList.toggle("tiny", Math.max(picture.naturalWidth, picture.naturalHeight) < 48);
    picture.src = image.picture;
    element.append(picture);
  } else {
    element.append(make("span", "why", image.error ? image.error.message : "No picture"));
  }
  return element;
};

const badges = (image) => {
  const found = [];
  if (image.error) found.push(make("span", "badge failed", "Failed"));
  if (image.outcome === "right") found.push(make("span", "badge right", "✓ Right"));
  if (image.outcome === "mistake") found.push(make("span", "badge mistake", "✗ Mistake"));
  if (image.unsure) found.push(make("span", "badge unsure", "Unsure"));
  return found;
};

const bar = (width) => {
  const track = make("span", "track");
  const fill = make("i");
  fill.style.width = `${(100 * width).toFixed(1)}%`;
  track.append(fill);
  return track;
};

const ranking = (image, most) => image.labels.slice(0, most).map((entry) => {
  const row = make("span", image.truth?.includes(entry.label) ? "rank is-truth" : "rank");
  row.append(make("span", "name", entry.label), make("span", "score", scoreText(entry.score)), bar(share(entry.score)));
  return row;
});

const truthLine = (image) => {
  const line = make("span", image.outcome === "right" ? "truth right" : "truth", "Truth: ");
  line.append(make("bdi", "", image.truth.join(", ")));
  return line;
};

const text = (image, most) => {
  const element = make("span", "text");
  if (image.truth?.length && image.outcome !== "right") element.append(truthLine(image));
  if (!image.error && image.label === null) element.append(make("span", "rank", NO_LABEL));
  element.append(...ranking(image, most));
  return element;
};

const card = (image, place) => {
  const element = make("button", `card ${image.outcome}`);
  element.type = "button";
  element.dataset.place = place;
  const picture = frame(image);
  picture.append(...badges(image));
  const words = text(image, BARS);
  const file = make("span", "file", image.path.split("/").pop());
  file.title = image.path;
  words.append(file);
  element.append(picture, words);
  return element;
};

// --- the gallery, built as far as it is seen ---------------------------------------------------------------

let order = [];    // the images shown, as they stand on the page
let pending = [];  // groups with images that have no card yet
let built = 0;
let grid = null;

const buildChunk = () => {
  for (let left = CHUNK; left > 0 && pending.length > 0;) {
    const group = pending[0];
    if (!group.begun) {
      group.begun = true;
      grid = make("div", "grid");
      if (group.heading !== null) {
        const heading = make("h2", "group");
        heading.append(make("span", "name", group.heading), make("small", "", number.format(group.images.length)));
        byId("cards").append(heading);
      }
      byId("cards").append(grid);
      group.next = 0;
    }
    const images = group.images.slice(group.next, group.next + left);
    grid.append(...images.map((image) => card(image, built++)));
    group.next += images.length;
    left -= images.length;
    if (group.next === group.images.length) pending.shift();
  }
};

const buildAhead = () => {
  while (pending.length > 0 && byId("more").getBoundingClientRect().top < innerHeight + AHEAD) buildChunk();
};
new IntersectionObserver(buildAhead, {rootMargin: `${AHEAD}px`}).observe(byId("more"));
addEventListener("scroll", buildAhead, {passive: true});
addEventListener("resize", buildAhead);

const show = () => {
  const list = matching().sort(sorts[chosen.sort].order);
  pending = grouped(list, groups[chosen.group]);
  order = pending.flatMap((group) => group.images);
  built = 0;
  byId("cards").replaceChildren();
  byId("shown").textContent = list.length === images.length ? counted(images.length, "image") :
    `${number.format(list.length)} of ${counted(images.length, "image")}`;
  byId("nothing").hidden = list.length > 0;
  byId("least-shown").textContent = chosen.least <= low ? "any" : scoreText(chosen.least);
  for (const button of byId("outcomes").children) button.setAttribute("aria-pressed", button.dataset.key === chosen.outcome);
  for (const button of byId("labels").children) button.setAttribute("aria-pressed", (button.dataset.key ?? null) === chosen.label);
  buildAhead();
};

const change = (values) => {
  Object.assign(chosen, values);
  scrollTo({top: Math.min(scrollY, document.querySelector(".tools").offsetTop)});
  show();
};

// --- one image, large -------------------------------------------------------------------------------------

const detail = byId("detail");
let opened = 0;

const openDetail = (place) => {
  opened = place;
  const image = order[place];
  const words = text(image, Infinity);
  const path = make("span", "path", image.path);
  path.id = "detail-name";
  const picture = frame(image);
  const above = [path, ...badges(image), ...mapChoice(image, picture, byId("detail-body"))];
  if (image.outcome === "right") above.push(truthLine(image));
  words.prepend(...above);
  byId("detail-body").className = `detail-body ${image.outcome}`;
  byId("detail-body").replaceChildren(picture, words);
  if (image.maps) showMap(image, byId("detail-body"), mapShown);
  byId("detail-place").textContent = `${number.format(place + 1)} of ${number.format(order.length)}`;
  byId("previous").disabled = place === 0;
  byId("next").disabled = place + 1 === order.length;
  if (!detail.open) detail.showModal();
};
const step = (by) => {
  if (order[opened + by]) openDetail(opened + by);
};

byId("cards").addEventListener("click", (event) => {
  const found = event.target.closest(".card");
  if (found) openDetail(Number(found.dataset.place));
});
byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("close").addEventListener("click", () => detail.close());
detail.addEventListener("click", (event) => event.target === detail && detail.close());
detail.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
  if (event.key === "m") nextMap(order[opened], byId("detail-body"));
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && !detail.open && event.target.tagName !== "INPUT") {
    event.preventDefault();
    byId("search").focus();
  }
});

// --- the controls -------------------------------------------------------------------------------------------

const fill = (id, choices) => {
  for (const [key, entry] of Object.entries(choices)) {
    if (entry.shown === false) continue;
    const option = make("option", "", entry.name);
    option.value = key;
    byId(id).append(option);
  }
  byId(id).value = chosen[id];
  byId(id).addEventListener("change", (event) => change({[id]: event.target.value}));
};

const labelButton = (name, group, largest) => {
  const button = make("button");
  button.type = "button";
  if (group.key !== null) button.dataset.key = group.key;
  const bad = group.images.filter((image) => image.outcome === "mistake").length;
  const mark = make("span", "bad", bad > 0 ? `✗ ${number.format(bad)}` : "");
  if (bad > 0) mark.title = counted(bad, "mistake");
  const shown = make("span", "name", name);
  shown.title = name;
  button.append(shown, mark, make("span", "count", number.format(group.images.length)), bar(group.images.length / largest));
  button.addEventListener("click", () => change({label: chosen.label === group.key ? null : group.key}));
  return button;
};

const setUp = () => {
  document.title = `${run.title} – clip-classify`;
  byId("title").textContent = run.title;
  const labels = grouped(images, groups.label);
  const real = labels.filter((group) => !special(group)).length;
  byId("facts").textContent = [counted(images.length, "image"), counted(real, "label"),
    ...(failed ? [`${number.format(failed)} failed`] : []), ...run.facts].join(" · ");
  if (hasTruth) {
    byId("accuracy").hidden = false;
    byId("accuracy-share").textContent = `${(100 * right / judged).toFixed(1)}% right`;
    byId("accuracy-count").textContent = `${number.format(right)} of ${number.format(judged)} with a truth`;
    byId("accuracy-bar").style.width = `${100 * right / judged}%`;
  }
  for (const outcome of outcomes) {
    const button = make("button", "", outcome.name);
    button.type = "button";
    button.dataset.key = outcome.key;
    if (outcome.title) button.title = outcome.title;
    button.append(make("b", "", number.format(outcome.count)));
    button.addEventListener("click", () => change({outcome: outcome.key}));
    byId("outcomes").append(button);
  }
  const largest = labels.reduce((most, group) => Math.max(most, group.images.length), 1);
  byId("labels").append(labelButton("All", {key: null, images}, images.length));
  byId("labels").append(...labels.map((group) => labelButton(group.heading, group, largest)));
  fill("group", groups);
  fill("sort", sorts);
  const least = byId("least");
  Object.assign(least, {min: low, max: high, step: "any", value: low});
  least.addEventListener("input", () => change({least: Number(least.value)}));
  byId("search").addEventListener("input", (event) => change({search: event.target.value}));
  byId("reset").addEventListener("click", () => {
    byId("search").value = "";
    least.value = low;
    change({search: "", outcome: "all", label: null, least: low});
  });
};

setUp();
show();
