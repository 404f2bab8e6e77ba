// The map of the places in the table: vector lines of our own server, numbered markers, circles, views, lines to the sun.
// Every marker is a row of the table: whoever cannot use the map loses nothing.

import { onKey } from "./keys.js";
import { here } from "./list.js";

const L = window.L; // vendor/leaflet/leaflet.js, loaded before this module
const box = document.getElementById("map");
const EARTH_M = 6371008.8;
const NEAR_ZOOM = 11;

/** So far from a point on a bearing, on a sphere: for drawing a line to the edge of the map, never an answer. */
function onward([latitude, longitude], bearing, metres) {
  const rad = Math.PI / 180;
  const [a, b, way] = [latitude * rad, bearing * rad, metres / EARTH_M];
  const up = Math.asin(Math.sin(a) * Math.cos(way) + Math.cos(a) * Math.sin(way) * Math.cos(b));
  const across = Math.atan2(Math.sin(b) * Math.sin(way) * Math.cos(a), Math.cos(way) - Math.sin(a) * Math.sin(up));
  return [up / rad, longitude + across / rad];
}

const map = L.map(box, { zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false, worldCopyJump: true, minZoom: 2, maxZoom: 16, zoomSnap: 0.5 });
L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);
map.createPane("ground").style.zIndex = 300;
map.createPane("around").style.zIndex = 350;

const rows = [...document.querySelectorAll("tr[data-lat]")];
const at = (row) => [Number(row.dataset.lat), Number(row.dataset.lon)];
const markers = new Map();
let lit = null;
let near = false;

for (const row of rows) {
  const reach = L.circle(at(row), { radius: Number(row.dataset.radius), className: "reach", interactive: false }).addTo(map);
  const number = document.createElement("span");
  number.className = `mark-shape ${row.dataset.list}`;
  number.textContent = row.dataset.place;
  const icon = L.divIcon({ html: number, className: "marker", iconSize: [24, 24] });
  // Set-aside places lie below what may be meant; tabbing goes through the table.
  const marker = L.marker(at(row), { icon, keyboard: false, zIndexOffset: row.dataset.list === "aside" ? -1000 : 0 }).addTo(map);
  marker.on("click", () => row.querySelector("button").focus());
  markers.set(row, { reach, number, marker });
}

const STYLES = { view: "view", line_of_sight: "sight", crossing: "crossing" };

const shapes = L.geoJSON(JSON.parse(box.dataset.shapes), {
  pointToLayer: (feature, point) => L.circleMarker(point, { radius: 5, className: "crossing" }),
  style: (feature) => ({ className: STYLES[feature.properties.kind] || "crossing" }),
  interactive: false,
  smoothFactor: 0.2,
}).addTo(map);

// Large places in sight, so that one knows where the map is: from our own gazetteer, anew wherever the map comes to rest.
function landmark(feature, point) {
  const label = document.createElement("bdi");
  label.textContent = feature.properties.name;
  const dot = L.circleMarker(point, { radius: 2, className: "landmark", interactive: false, pane: "around" });
  return dot.bindTooltip(label, { permanent: true, direction: "right", className: "landmark", interactive: false });
}

let landmarks = null;
let settling = 0;
let asked = 0;
let drawn = 0;

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

async function lookAround() {
  const seen = map.getBounds();
  const query = new URLSearchParams({ south: seen.getSouth(), west: seen.getWest(), north: seen.getNorth(), east: seen.getEast() });
  asked += 1;
  const turn = asked;
  const told = await json(`${box.dataset.around}?${query}`);
  // Answers may arrive in another order than they were asked for, and after the map has moved on.
  if (!told || turn < drawn || !seen.equals(map.getBounds())) return;
  drawn = turn;
  const next = L.geoJSON(told, { pointToLayer: landmark, interactive: false });
  landmarks?.remove();
  landmarks = next.addTo(map);
}

function bounds() {
  const all = L.latLngBounds([]);
  // What was set aside is on the map, and need not be in sight.
  const meant = rows.filter((row) => row.dataset.list !== "aside");
  for (const row of meant.length ? meant : rows) all.extend(at(row));
  shapes.eachLayer((layer) => all.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()));
  return all;
}

function showAll() {
  near = false;
  const all = bounds();
  if (all.isValid()) map.fitBounds(all.pad(0.08), { maxZoom: NEAR_ZOOM, animate: false });
  else map.setView([25, 15], 2);
}

let rays = [];

// To the sun, and where shadows point, from the place that is looked at.
function drawSun(row) {
  for (const ray of rays) ray.remove();
  rays = [];
  const far = Math.max(map.distance(map.getBounds().getSouthWest(), map.getBounds().getNorthEast()) / 4, 2000);
  for (const [name, className] of [["sun", "sun"], ["shadow", "shadow"]]) {
    if (row?.dataset[name] === undefined || (name === "sun" && row.dataset.shadow === undefined)) continue;
    const end = onward(at(row), Number(row.dataset[name]), far);
    rays.push(L.polyline([at(row), end], { className, interactive: false }).addTo(map));
  }
}

function light(row) {
  if (row === lit) return;
  for (const [known, { reach, number, marker }] of markers) {
    const on = known === row;
    reach.getElement()?.classList.toggle("here", on);
    number.classList.toggle("here", on);
    marker.setZIndexOffset(on ? 2000 : known.dataset.list === "aside" ? -1000 : 0);
  }
  lit = row;
  drawSun(row);
}

function follow(row) {
  if (!row || !markers.has(row)) return;
  light(row);
  if (near) map.setView(at(row), Math.max(map.getZoom(), NEAR_ZOOM), { animate: false });
  else if (!map.getBounds().pad(-0.05).contains(at(row))) map.panTo(at(row), { animate: false });
}

function enter(row) {
  if (!row || !markers.has(row)) return;
  if (near) return showAll();
  near = true;
  follow(row);
}

document.addEventListener("focusin", () => follow(here()));
map.on("zoomend moveend", () => {
  drawSun(lit);
  clearTimeout(settling);
  settling = setTimeout(lookAround, 120);
});
onKey("open", () => {
  const row = here();
  if (!row) return false;
  enter(row);
});
// A button keeps Enter for itself, and here it means the same.
document.addEventListener("click", (event) => {
  const button = event.target.closest("tr[data-place] button");
  if (button) enter(button.closest("tr"));
});

showAll();
// Printing changes the size of the box.
window.addEventListener("beforeprint", () => map.invalidateSize({ animate: false }));

// A map without its lines is a map: the rest is set up whatever becomes of them.
const lines = await json(box.dataset.lines);
if (lines) {
  L.geoJSON(lines, { pane: "ground", interactive: false, smoothFactor: 1.5, style: (feature) => ({ className: feature.properties.kind }) }).addTo(map);
}
const file = document.querySelector("#map-file[data-url]");
if (file) await import("./map-file.js").then(({ layMapFile }) => layMapFile(map, file)).catch(() => {});
await lookAround();
light(lit ?? rows.find((row) => row.dataset.list === "candidate") ?? null);
box.dataset.ready = "yes";
