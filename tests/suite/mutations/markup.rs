//! Faults of raw HTML in posts.

use super::good::POST;
use super::operator::{Operator, swaps};

/// Where raw HTML goes into the post.
const AT: &str = "## What comes next\n";

pub(super) fn operators() -> Vec<Operator> {
    let at = |html: &str| format!("## What comes next\n\n{html}\n");
    let put = |name: &'static str, all: &[&str]| {
        let texts: Vec<_> = all.iter().map(|html| at(html)).collect();
        let pairs: Vec<_> = texts.iter().map(|text| (AT, text.as_str())).collect();
        swaps(name, POST, &pairs)
    };
    vec![
        put(
            "HTML that mail clients remove",
            &[
                "⟦<script>alert(1)</script>⟧",
                "⟪<iframe⟫ src=\"https://harbour.example\"></iframe>",
                "⟪<form⟫ action=\"https://harbour.example\"><input name=\"q\"></form>",
                "⟪<video⟫ src=\"https://harbour.example/v.mp4\"></video>",
                "⟪<audio⟫ controls></audio>",
                "⟦<style>p { color: red }</style>⟧",
                "⟪<object⟫ data=\"a.swf\"></object>",
                "⟪<svg⟫ viewBox=\"0 0 1 1\"></svg>",
                "<p>\n⟪<button⟫ type=\"submit\">Go</button>\n</p>",
                "⟦<link rel=\"stylesheet\" href=\"https://harbour.example/a.css\">⟧",
            ],
        ),
        put(
            "handler of events",
            &["<p ⟦onclick=\"go()\"⟧>Go on</p>", "<p>A <span ⟦onmouseover=\"go()\"⟧>word</span>.</p>"],
        ),
        put(
            "unclosed tag",
            &[
                "It ⟪<b>⟫rained.",
                "It <b>rained ⟪<i>⟫hard</b>.",
                "It rained⟪</b>⟫.",
                "⟪<div>⟫It rained.",
                "<p>It ⟪<a href=\"https://harbour.example\">⟫rained.</p>",
                "- It ⟪<span>⟫rained.",
                "| a | b |\n|---|---|\n| ⟪<sup>⟫1 | 2 |",
                "下雨 😀 ⟪<b>⟫了。",
            ],
        ),
        put(
            "style that mail clients drop",
            &[
                "<div style=\"⟦display: grid⟧\">It rained.</div>",
                "<div style=\"color: #1a1e20; ⟦position: absolute⟧\">It rained.</div>",
                "<p>It <span style=\"⟦float: left⟧\">rained</span>.</p>",
                "<div style=\"⟦transform: rotate(3deg)⟧\">It rained.</div>",
            ],
        ),
        put(
            "style that strains the eye",
            &[
                "<p style=\"⟦font-size: 8px⟧\">It rained.</p>",
                "<p style=\"⟦text-align: justify⟧\">It rained.</p>",
                "<p style=\"⟦color: #cccccc⟧\">It rained.</p>",
            ],
        ),
        put(
            "style that does not parse",
            &["<p style=\"⟦color #1a1e20⟧\">It rained.</p>", "<p style=\"⟦colour: #1a1e20⟧\">It rained.</p>"],
        ),
    ]
}
