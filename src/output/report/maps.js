// --- heat maps ------------------------------------------------------------------------------------------

const FOR = [235, 20, 20];
const AGAINST = [20, 80, 235];
const STRONGEST = 0.75;  // of the colour, so that the picture stays visible
const FADED = 0.75;      // of the picture's own colour, taken away under a map
const MAP_SIDE = 512;    // least pixels of the longer side, so that a map over a small picture is smooth

const between = (a, b, part) => a + (b - a) * part;

// Where a place from 0 to 1 lies among `count` cells: the middle before it, the one after, the way between.
const middles = (place, count) => {
  const at = Math.max(0, Math.min(count - 1, place * count - 0.5));
  return [Math.floor(at), Math.min(Math.floor(at) + 1, count - 1), at % 1];
};

const paint = (pixels, map) => {
  const largest = map.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let y = 0, index = 0; y < pixels.height; ++y) {
    const [above, below, down] = middles((y + 0.5) / pixels.height, map.length);
    for (let x = 0; x < pixels.width; ++x, index += 4) {
      const [left, right, across] = middles((x + 0.5) / pixels.width, map[0].length);
      const value = between(between(map[above][left], map[above][right], across),
        between(map[below][left], map[below][right], across), down);
      const strength = largest > 0 ? STRONGEST * Math.abs(value) / largest : 0;
      const colour = value > 0 ? FOR : AGAINST;
      const [red, green, blue] = pixels.data.subarray(index, index + 3);
      const gray = 0.299 * red + 0.587 * green + 0.114 * blue;
      pixels.data[index] = between(between(red, gray, FADED), colour[0], strength);
      pixels.data[index + 1] = between(between(green, gray, FADED), colour[1], strength);
      pixels.data[index + 2] = between(between(blue, gray, FADED), colour[2], strength);
    }
  }
};

// A canvas in the picture's proportions, which lies on it just as it lies in its frame; clear where the model
// did not look.
const drawMap = (canvas, picture, region, map) => {
  const scale = Math.max(1, MAP_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
  canvas.width = Math.round(picture.naturalWidth * scale);
  canvas.height = Math.round(picture.naturalHeight * scale);
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const left = Math.round(region.x * canvas.width);
  const top = Math.round(region.y * canvas.height);
  const width = Math.max(1, Math.round((region.x + region.width) * canvas.width) - left);
  const height = Math.max(1, Math.round((region.y + region.height) * canvas.height) - top);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(left, top, width, height);
  paint(pixels, map);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.putImageData(pixels, left, top);
};

let mapShown = 0;  // 0: none; else the place of a label, counted from 1, from one image to the next

const showMap = (image, element, place) => {
  mapShown = place;
  const canvas = element.querySelector("canvas");
  const chosen = image.maps.labels[place - 1];
  element.querySelectorAll(".map-choice button").forEach((button, index) =>
    button.setAttribute("aria-pressed", index === (chosen ? place : 0)));
  canvas.hidden = true;
  if (!chosen) return;
  const picture = element.querySelector(".frame img");
  picture.decode().then(() => {
    if (!canvas.isConnected || mapShown !== place) return;
    drawMap(canvas, picture, image.maps.region, chosen.map);
    canvas.hidden = false;
  }, () => {});
};

// The buttons, and the canvas in `picture`; `element` holds both.
const mapChoice = (image, picture, element) => {
  if (!image.maps) return [];
  picture.append(make("canvas"));
  const choice = make("div", "map-choice");
  choice.setAttribute("role", "group");
  choice.setAttribute("aria-label", "Map");
  choice.append(make("span", "dim", "Map:"));
  [null, ...image.maps.labels].forEach((entry, place) => {
    const button = make("button");
    button.type = "button";
    button.append(make("bdi", "", entry ? entry.label : "none"));
    if (entry && image.truth?.includes(entry.label)) button.append(" (truth)");
    button.addEventListener("click", () => showMap(image, element, place));
    choice.append(button);
  });
  return [choice, make("p", "map-legend dim", "Red speaks for the label, blue against it. Key m: next map.")];
};

const nextMap = (image, element) => {
  if (image.maps) showMap(image, element, (mapShown + 1) % (image.maps.labels.length + 1));
};

