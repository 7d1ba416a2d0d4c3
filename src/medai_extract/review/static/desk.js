// Keys and live parts of the desk. Every key only does what a link, a button or a field on the page does without it.
"use strict";

(() => {
  let leaving = false;

  const isTyping = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

  // Offsets are code points from the start of the article; JavaScript counts UTF-16 units.
  const offsetOf = (node, units) => {
    const parent = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const piece = parent.closest("[data-at]");
    if (!piece) return null;
    const before = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, units) : "";
    return Number(piece.dataset.at) + Array.from(before).length;
  };

  // Gives [start, end, text] of what is selected in the article, or null.
  const selectedSpan = () => {
    const article = document.getElementById("article");
    const selection = window.getSelection();
    if (!article || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const texts = [];
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (range.intersectsNode(walker.currentNode)) texts.push(walker.currentNode);
    const marked = texts.filter((node) => node.parentElement.closest("[data-at]"));
    if (!marked.length) return null;
    const first = marked[0];
    const last = marked[marked.length - 1];
    const start = offsetOf(first, first === range.startContainer ? range.startOffset : 0);
    const end = offsetOf(last, last === range.endContainer ? range.endOffset : last.data.length);
    return start < end ? [start, end, selection.toString()] : null;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || leaving) return;
    const typing = isTyping(event.target);
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing) return;
    // Enter on a link or button is the browser's own.
    if (event.key === "Enter" && event.target.closest("a, button, summary, label")) return;
    const span = /^[1-4]$/.test(event.key) ? selectedSpan() : null;
    const wanted = span ? `[data-mark="${event.key}"]` : `[data-key="${CSS.escape(event.key)}"]`;
    const target = document.querySelector(wanted);
    if (!target || target.disabled) return;
    event.preventDefault();
    if (span) {
      document.getElementById("mark-start").value = span[0];
      document.getElementById("mark-end").value = span[1];
      document.getElementById("mark-quote").value = span[2];
    }
    if (target.matches("input, select")) {
      target.focus();
      if (target.select) target.select();
    } else {
      target.click();
    }
  });

  // A second press while the page is changing must not decide the next mention unseen.
  document.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  // On a click the selection may be gone before the form is sent.
  document.addEventListener("selectionchange", () => {
    const span = selectedSpan();
    if (!span) return;
    document.getElementById("mark-start").value = span[0];
    document.getElementById("mark-end").value = span[1];
    document.getElementById("mark-quote").value = span[2];
  });
  const quote = document.getElementById("mark-quote");
  if (quote) {
    quote.addEventListener("input", () => {
      document.getElementById("mark-start").value = "";
      document.getElementById("mark-end").value = "";
    });
  }

  const bar = document.getElementById("progress");
  if (bar) {
    setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch("/progress", { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer || !answer.ok) return;
      const now = await answer.json();
      bar.max = now.total || 1;
      bar.value = now.decided;
      document.getElementById("progress-text").textContent = now.text;
    }, 10000);
  }
})();
