// Colours (as the system has them, light, dark) and language, kept in this browser.

import { $ } from "./door.js";
import { language, onLanguage, setLanguage, t } from "./words.js";

const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };
const system = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => localStorage.getItem("theme") || "auto";

function showTheme() {
  const theme = chosen();
  document.documentElement.dataset.theme = theme === "dark" || (theme === "auto" && system.matches) ? "dark" : "light";
  $("theme").textContent = SIGNS[theme];
  const label = t("theme_label", { theme: t(`theme_${theme}`) });
  $("theme").setAttribute("aria-label", label);
  $("theme").title = label;
}

export function wireSettings() {
  $("theme").addEventListener("click", () => {
    localStorage.setItem("theme", THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]);
    showTheme();
  });
  $("language").addEventListener("click", () => setLanguage(language() === "zh" ? "en" : "zh"));
  system.addEventListener("change", showTheme);
  onLanguage(showTheme);
  showTheme();
}
