// The timeline under the keys: each key follows the link that does the same without a script.

import { onKey } from "./keys.js";

const follow = (way) => () => {
  const link = document.querySelector(`[data-ways] [data-way="${way}"]`);
  if (!link) return false;
  link.click();
  return true;
};

onKey("zoomIn", follow("in"));
onKey("zoomOut", follow("out"));
onKey("zoomAll", follow("all"));
onKey("back", follow("earlier"));
onKey("forward", follow("later"));
