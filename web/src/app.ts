// SPDX-License-Identifier: Apache-2.0

// What each page loads. Every page works without it, as links and forms.

import { cards } from "./card";
import { choosing } from "./choose";
import { copying, saying } from "./copy";
import { dialogs } from "./dialog";
import { drafts } from "./draft";
import { searchBox } from "./finder";
import { dropZones, forms } from "./form";
import { keyboard } from "./keyboard";
import { live } from "./live";
import { Passkey } from "./passkey";
import { Progress } from "./progress";
import { Proof } from "./proof";
import { reachable } from "./reach";
import { sessionEnd } from "./session";
import { settling } from "./settle";
import { themeChoice } from "./theme";
import { Thread } from "./thread";
import { times } from "./time";
import { Upload } from "./upload";

document.documentElement.classList.add("scripted");

customElements.define("entente-thread", Thread);
customElements.define("entente-passkey", Passkey);
customElements.define("entente-progress", Progress);
customElements.define("entente-proof", Proof);
customElements.define("entente-upload", Upload);

cards();
choosing();
copying();
dialogs();
drafts();
dropZones();
settling();
forms();
keyboard();
live();
reachable(document);
saying();
searchBox();
sessionEnd();
themeChoice();
times();
