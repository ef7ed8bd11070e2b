// The one script. Every page works without it; each part below finds its own markup
// by data attributes and does nothing where there is none. No part writes words of
// its own: what is read on the page comes from the server. No inline style, no eval.

import { asOf } from "./asof";
import { compose } from "./compose";
import { copy } from "./copy";
import { drawing } from "./drawing";
import { keys } from "./keys";
import { live } from "./live";
import { passkey } from "./passkey";
import { times } from "./times";

live();
compose();
asOf();
keys();
drawing();
times();
passkey();
copy();
