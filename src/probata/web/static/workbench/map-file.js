// The map file that the workspace brings (PMTiles), under everything else on a map: pictures as they are, shapes in
// colours of ours. Parts of it come from our own server as they are needed. What cannot be read is said beside the map,
// which is drawn without it: a blank never stands for a file that holds nothing.

const { L, pmtiles, protomapsL } = window; // vendored; the last where the file holds shapes
const PANE = "map-file";
// Layers by whose names a file is known to be made for the style that its reader brings.
const KNOWN = ["earth", "water", "roads"];

/** Lay the file under a map and keep saying what there is of it; resolves once its header was read, or could not be. */
export async function layMapFile(map, line) {
  const { url, kind } = line.dataset;
  const told = new Told(map, line);
  let archive, header, about;
  try {
    archive = new pmtiles.PMTiles(parts(url));
    [header, about] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  } catch (why) {
    told.unread(why);
    return;
  }
  const pane = map.createPane(PANE);
  pane.style.zIndex = 325; // over the coarse lines of everybody's map, under the names around
  // A reader of shapes takes tiles of the zoom before, as they are made for twice the size.
  const first = kind === "vectors" && header.minZoom ? header.minZoom + 1 : header.minZoom;
  // The map has half steps, and shows the nearest whole one's tiles.
  const least = first - 0.5;
  const bounds = L.latLngBounds([header.minLat, header.minLon], [header.maxLat, header.maxLon]);
  const options = {
    pane: PANE, bounds, noWrap: true, updateWhenZooming: false, className: "map-file", attribution: "",
    minZoom: least, maxZoom: map.getMaxZoom(),
  };
  const failed = (why) => told.unread(why, true);
  const layer = kind === "vectors" ? shapes(archive, options, header, about, failed) : pictures(archive, options, header, kind, failed);
  layer.addTo(map);
  map.getContainer().classList.add("with-file");
  map.on("moveend zoomend", () => told.sight(bounds, least));
  told.sight(bounds, least);
}

// Whether bytes did not come or came damaged: browsers name both alike.
function parts(url) {
  const source = new pmtiles.FetchSource(url);
  const bytes = source.getBytes.bind(source);
  source.getBytes = async (...asked) => {
    try {
      return await bytes(...asked);
    } catch (why) {
      why.refused = true;
      throw why;
    }
  };
  return source;
}

class Told {
  constructor(map, line) {
    Object.assign(this, { map, line });
    this.why = "";
    this.where = "";
  }

  /** That the file, or with `part` a part of it, could not be read. */
  unread(why, part = false) {
    const { sayUnread, sayPart, sayRefused, sayDamaged } = this.line.dataset;
    const refused = !pmtiles || why.refused;
    this.why = (part ? sayPart : sayUnread).replace("{why}", refused ? sayRefused : sayDamaged);
    this.#show();
  }

  /** Where the map looks past the file, or from too far away. */
  sight(bounds, least) {
    const { sayOutside, sayFar } = this.line.dataset;
    this.where = !bounds.intersects(this.map.getBounds()) ? sayOutside : this.map.getZoom() < least ? sayFar : "";
    this.#show();
  }

  #show() {
    const words = [this.why, this.where].filter(Boolean).join(" ");
    this.line.classList.toggle("need", Boolean(this.why));
    this.line.hidden = !words;
    if (this.line.textContent !== words) this.line.textContent = words;
  }
}

function pictures(archive, options, header, kind, failed) {
  const Pictures = L.GridLayer.extend({
    createTile({ z, x, y }, done) {
      const picture = document.createElement("img");
      picture.alt = "";
      const show = async () => {
        const tile = await archive.getZxy(z, x, y);
        if (!tile) return; // the file holds nothing there
        const address = URL.createObjectURL(new Blob([tile.data], { type: kind }));
        try {
          picture.src = address;
          await picture.decode();
        } finally {
          URL.revokeObjectURL(address);
        }
      };
      show().then(() => done(null, picture), (why) => {
        failed(why);
        picture.removeAttribute("src");
        done(why, picture);
      });
      return picture;
    },
  });
  return new Pictures({ ...options, minNativeZoom: header.minZoom, maxNativeZoom: header.maxZoom });
}

function shapes(archive, options, header, about, failed) {
  const layers = (about?.vector_layers ?? []).map((one) => one.id);
  const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
  const style = KNOWN.every((name) => layers.includes(name)) ? { flavor: dark ? "dark" : "light", lang: document.documentElement.lang || "en" } : ours(layers);
  const layer = protomapsL.leafletLayer({ ...options, ...style, url: archive, maxDataZoom: header.maxZoom });
  // Its reader would only write to the console what it cannot read.
  for (const view of layer.views.values()) {
    const source = view.tileCache.source;
    const get = source.get.bind(source);
    source.get = async (place, size) => {
      try {
        return await get(place, size);
      } catch (why) {
        if (why.name === "AbortError") throw why;
        failed(why);
        return new Map();
      }
    };
  }
  return layer;
}

// Every layer by the kind of its shapes, in the tokens of the page: what a layer means we do not know.
function ours(layers) {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const [line, ink, ground, field] = ["edge", "soft", "surface", "raised"].map(token);
  const only = (kind) => (_zoom, feature) => feature.geomType === kind;
  const rules = (make, kind) => layers.map((dataLayer) => ({ dataLayer, symbolizer: make(), filter: only(kind) }));
  const names = () => new protomapsL.CenteredTextSymbolizer({ labelProps: ["name"], fill: ink, stroke: ground, width: 2, font: "12px sans-serif" });
  return {
    paintRules: [
      ...rules(() => new protomapsL.PolygonSymbolizer({ fill: field, stroke: line, width: 1 }), 3),
      ...rules(() => new protomapsL.LineSymbolizer({ color: line, width: 1.5 }), 2),
      ...rules(() => new protomapsL.CircleSymbolizer({ radius: 2, fill: ink }), 1),
    ],
    labelRules: rules(names, 1),
  };
}
