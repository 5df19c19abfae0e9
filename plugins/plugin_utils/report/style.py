# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the page of a report looks: light or dark as the reader's system is, and on paper."""

from __future__ import annotations

STYLE = """:root { color-scheme: light dark; --ink: #1d242b; --faint: #5b6670; --paper: #f6f7f9; --box: #fff;
  --edge: #cfd5db;
  --ok: #1a7f4b; --degraded: #a85b00; --off: #b3261e; --unknown: #5b6670; --mark: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --faint: #9aa6b1; --paper: #14181c; --box: #1d2329;
  --edge: #3a444d; --ok: #4cc38a; --degraded: #f0a040; --off: #ff7a70; --unknown: #9aa6b1; --mark: #14181c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .3rem 0; } .faint { color: var(--faint); }
a { color: inherit; }
.hidden { position: absolute; }
.symbol { width: 1em; height: 1em; vertical-align: -.12em; margin-right: .4em; }
.ok { --state: var(--ok); } .degraded { --state: var(--degraded); }
.off-line { --state: var(--off); } .unknown { --state: var(--unknown); }
.f { fill: var(--state); } .k { fill: none; stroke: var(--mark); stroke-width: 1.8; stroke-linecap: round;
  stroke-linejoin: round; }
symbol.unknown .f { fill: none; stroke: var(--state); stroke-width: 1.6; } symbol.unknown .k { stroke: var(--state); }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.counts li { background: var(--box); border: 1px solid var(--edge); border-left: 4px solid var(--state);
  border-radius: 6px;
  padding: .4rem .9rem; } .counts b { font-size: 1.25rem; margin-right: .3rem; }
.topology { display: block; width: 100%; height: auto; background: var(--box); border: 1px solid var(--edge);
  border-radius: 8px; }
.topology rect { fill: var(--box); stroke: var(--state, var(--ink)); stroke-width: 1.5; }
.topology text { fill: var(--ink); font-size: 13px; } .topology .name { font-weight: 600; }
.topology .small { font-size: 11.5px; fill: var(--faint); } .topology .middle { text-anchor: middle; }
.topology .hub rect { stroke-width: 2.5; } .topology .off-line rect { stroke-dasharray: 6 3; }
.topology .unknown rect { stroke-dasharray: 2 3; }
.topology a { text-decoration: none; } .topology a:hover rect, .topology a:focus rect { stroke-width: 3; }
.bus { stroke: var(--edge); stroke-width: 2; } .link { stroke: var(--state); stroke-width: 2; }
.link.off-line { stroke-dasharray: 3 6; } .link.unknown { stroke-dasharray: 1 5; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--box); border: 1px solid var(--edge);
  font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-top: 1px solid var(--edge); }
thead th { border: 0; color: var(--faint); font-weight: 600; position: sticky; top: 0; background: var(--box); }
td.state { white-space: nowrap; font-weight: 600; } td ul { margin: 0; padding-left: 1rem; }
td.what { min-width: 16rem; overflow-wrap: anywhere; }
details { background: var(--box); border: 1px solid var(--edge); border-left: 4px solid var(--state);
  border-radius: 6px;
  margin: .4rem 0; content-visibility: auto; contain-intrinsic-size: auto 2.4rem; }
summary { padding: .5rem .8rem; cursor: pointer; } summary b { margin-right: .6rem; }
details[open] > :not(summary) { margin: .2rem .8rem .8rem; }
details:target { outline: 2px solid var(--state); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; } dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; } details table { width: auto; margin-top: .6rem; }
@media print { body { background: none; max-width: none; padding: 0; font-size: 11px; --paper: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  thead th { position: static; } tr, details, .topology a { break-inside: avoid; }
  details::details-content { content-visibility: visible; height: auto; } }
"""
