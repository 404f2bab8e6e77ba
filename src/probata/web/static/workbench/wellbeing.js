// Your viewing: the pause that can be taken from there.

import { wireTimer } from "./pause.js";

const pausing = document.querySelector("[data-pausing]");
if (pausing) wireTimer(pausing, pausing.dataset.sayOver);
