// Copies what the workbench takes from elsewhere into the package, with licences and a digest of every file.
//
// Reads node_modules (laid by `npm ci`), writes ../src/probata/web/static/vendor, and asks no network. Running it again
// changes nothing. A file that is no longer listed is removed, so the folder is exactly what `manifest.json` says.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR = join(HERE, "..", "src", "probata", "web", "static", "vendor");

// Regular, medium and semibold: the three weights of the workbench.
const WEIGHTS = [400, 500, 600];
const FONTS = [
  { library: "@fontsource/inter", folder: "inter", subsets: ["latin", "latin-ext", "cyrillic", "cyrillic-ext"] },
  { library: "@fontsource/noto-sans-arabic", folder: "noto-sans-arabic", subsets: ["arabic"] },
];
const SCRIPTS = [
  { library: "htmx.org", folder: "htmx", files: ["dist/htmx.min.js"] },
  { library: "leaflet", folder: "leaflet", files: ["dist/leaflet.js", "dist/leaflet.css"] },
  // Both read a map file of the user's own; pages ask for them where one is set. What each holds of others within it is
  // listed, for their licences.
  { library: "pmtiles", folder: "pmtiles", files: ["dist/pmtiles.js"], holds: ["fflate"] },
  {
    library: "protomaps-leaflet",
    folder: "protomaps-leaflet",
    files: ["dist/protomaps-leaflet.js"],
    holds: ["@mapbox/point-geometry", "@mapbox/vector-tile", "@protomaps/basemaps", "color2k", "fflate", "pbf", "pmtiles", "potpack", "quickselect", "rbush"],
  },
];
// These packages hold no text of their licence. It is word for word that of another package of the same makers.
const LICENCE_OF = { pmtiles: "protomaps-leaflet", "@protomaps/basemaps": "protomaps-leaflet" };
// Coasts and borders of Natural Earth, 1 : 50 million, so that a map without any server shows more than markers.
const ATLAS = { library: "world-atlas", folder: "world-atlas", file: "countries-50m.json" };
// Natural Earth draws who holds what, not what is whose. This one line across an isthmus it has for a border of states,
// against A/RES/68/262 of the General Assembly and against the codifier that our gazetteer is made from: left out.
const LEFT_OUT = { between: ["Russia", "Ukraine"], west: 33, east: 35.5, south: 45.5, north: 46.5 };

const lock = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8"));
const planned = new Map(); // path inside VENDOR → { bytes, library }

function read(library, path) {
  const file = join(HERE, "node_modules", library, path);
  if (!existsSync(file)) {
    throw new Error(`${library} has no ${path}. Run \`npm ci\` in frontend/ first, or correct the list in build.mjs.`);
  }
  return readFileSync(file);
}

function plan(path, bytes, library) {
  if (planned.has(path)) throw new Error(`Two sources want to be ${path}.`);
  planned.set(path, { bytes: Buffer.from(bytes), library });
}

function checkVersion(library) {
  const installed = JSON.parse(read(library, "package.json")).version;
  const locked = lock.packages[`node_modules/${library}`]?.version;
  if (installed !== locked) {
    throw new Error(`${library} is ${installed} here and ${locked} in package-lock.json. Run \`npm ci\` in frontend/.`);
  }
}

// The licence of a library, and after it those of what it holds of others.
function licence(library, holds = []) {
  const own = ["LICENSE", "LICENSE.txt"].find((name) => existsSync(join(HERE, "node_modules", library, name)));
  if (!own && !LICENCE_OF[library]) throw new Error(`${library} has no licence beside it.`);
  const text = own ? read(library, own) : read(LICENCE_OF[library], "LICENSE");
  const told = JSON.parse(read(library, "package.json"));
  if (!own && told.license !== JSON.parse(read(LICENCE_OF[library], "package.json")).license) throw new Error(`${library} has another licence.`);
  const others = holds.map((one) => `\n\n=== ${one}, ${JSON.parse(read(one, "package.json")).license}\n\n${licence(one)}`);
  return [text.toString("utf8"), ...others].join("");
}

// The face rules of one subset and weight, with the older .woff left out: every browser we serve reads .woff2.
function faceRules({ library, folder, subsets }, weight) {
  const sheet = read(library, `${weight}.css`).toString("utf8");
  return subsets.map((subset) => {
    const name = `${folder}-${subset}-${weight}-normal`;
    const start = sheet.indexOf(`/* ${name} */`);
    if (start < 0) throw new Error(`${library} ${weight}.css has no ${name}.`);
    plan(`${folder}/${name}.woff2`, read(library, `files/${name}.woff2`), library);
    return sheet
      .slice(start, sheet.indexOf("}", start) + 1)
      .replace(/src: [^;]*;/, `src: url(./${folder}/${name}.woff2) format('woff2');`);
  });
}

// The lines of a TopoJSON file: each is held once, as differences of whole numbers, and used by one country or by two.
function linesOf(atlas) {
  const users = atlas.arcs.map(() => new Set());
  for (const country of atlas.objects.countries.geometries) {
    for (const arc of country.arcs.flat(Infinity)) users[arc < 0 ? ~arc : arc].add(country);
  }
  const { scale, translate } = atlas.transform;
  const kinds = { coast: [], border: [], unsettled: [] };
  atlas.arcs.forEach((differences, number) => {
    let [x, y] = [0, 0];
    const points = differences.map(([right, up]) => {
      [x, y] = [x + right, y + up];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]].map((one) => Math.round(one * 1000) / 1000);
    });
    const sides = [...users[number]];
    if (sides.length === 2 && isLeftOut(sides, points)) return;
    // Where the sheet of the map ends there is no coast.
    if (points.every(([longitude, latitude]) => Math.abs(longitude) > 179.9 || latitude < -89)) return;
    // What has no number in ISO 3166 is not generally recognised; its borders are drawn dashed.
    const kind = sides.length < 2 ? "coast" : sides.every((country) => country.id) ? "border" : "unsettled";
    kinds[kind].push(...whole(points));
  });
  return {
    type: "FeatureCollection",
    features: Object.entries(kinds).map(([kind, coordinates]) => ({
      type: "Feature",
      properties: { kind },
      geometry: { type: "MultiLineString", coordinates },
    })),
  };
}

// A line that steps over the edge of the sheet goes on at its other edge: two lines, none across the map.
function whole(points) {
  const parts = [[]];
  points.forEach((point, number) => {
    if (number && Math.abs(point[0] - points[number - 1][0]) > 180) parts.push([]);
    parts.at(-1).push(point);
  });
  return parts.filter((part) => part.length > 1);
}

function isLeftOut(sides, points) {
  const { between, west, east, south, north } = LEFT_OUT;
  const names = sides.map((country) => country.properties.name).sort();
  return (
    names.join() === between.join() &&
    points.every(([longitude, latitude]) => longitude > west && longitude < east && latitude > south && latitude < north)
  );
}

function planEverything() {
  for (const { library, folder, holds } of [...FONTS, ...SCRIPTS, ATLAS]) {
    checkVersion(library);
    plan(`${folder}/LICENSE`, licence(library, holds), library);
  }
  const rules = FONTS.flatMap((font) => WEIGHTS.flatMap((weight) => faceRules(font, weight)));
  plan("fonts.css", `${rules.join("\n\n")}\n`, "probata");
  for (const { library, folder, files } of SCRIPTS) {
    for (const file of files) plan(`${folder}/${file.split("/").pop()}`, read(library, file), library);
  }
  const atlas = JSON.parse(read(ATLAS.library, ATLAS.file).toString("utf8"));
  plan(`${ATLAS.folder}/lines.json`, `${JSON.stringify(linesOf(atlas))}\n`, ATLAS.library);
  for (const [path, { bytes }] of planned) {
    if (path.endsWith(".css") && /url\(\s*['"]?(https?:)?\/\//.test(bytes.toString("utf8"))) {
      throw new Error(`${path} would load from another host.`);
    }
  }
}

function manifest() {
  const files = [...planned].sort(([one], [other]) => (one < other ? -1 : 1)).map(([path, { bytes, library }]) => ({
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size_bytes: bytes.length,
    library,
    version: lock.packages[`node_modules/${library}`]?.version ?? null,
    license: lock.packages[`node_modules/${library}`]?.license ?? null,
  }));
  return `${JSON.stringify({ schema: "probata/vendor/1", files }, null, 2)}\n`;
}

function listed(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listed(path) : [path];
  });
}

function lay(path, bytes) {
  const file = join(VENDOR, path);
  if (existsSync(file) && readFileSync(file).equals(bytes)) return 0;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return 1;
}

planEverything();
let changed = lay("manifest.json", Buffer.from(manifest()));
for (const [path, { bytes }] of planned) changed += lay(path, bytes);
let removed = 0;
for (const file of listed(VENDOR)) {
  const path = relative(VENDOR, file).split(sep).join("/");
  if (path !== "manifest.json" && !planned.has(path)) {
    rmSync(file);
    removed += 1;
  }
}
console.log(`vendor: ${planned.size} files, ${changed} written, ${removed} removed`);
