//! HTML as a tree, read as browsers read it: raw HTML of a post may be anything.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns};

/// No deeper than this: what stands in more boxes than these loses the inner ones.
const MAX_DEPTH: usize = 200;

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// In lower case.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    /// The element, where a node is one.
    pub(crate) fn of(node: &Node) -> Option<&Self> {
        match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        }
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// All attributes, with their names in lower case.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether it bears this class.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// What it holds as text, without what is not shown.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        push_text(&self.children, &mut text);
        text
    }
}

/// What readers see of `nodes`.
fn push_text(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(one) => text.push_str(one),
            Node::Element(element) if element.attribute("hidden").is_none() => push_text(&element.children, text),
            Node::Element(_) => {}
        }
    }
}

/// Reads a part of a page.
pub(crate) fn parse(html: &str) -> Vec<Node> {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let parser = html5ever::parse_fragment(Tree::new(), options, context, Vec::new(), false);
    let slots = parser.one(html).slots.into_inner();
    // The parser puts an `html` round a part.
    let top = slots.first().and_then(|document| document.children.first()).copied();
    top.and_then(|top| slots.get(top)).map_or_else(Vec::new, |top| nodes(&slots, &top.children, 0))
}

fn nodes(slots: &[Slot], children: &[usize], depth: usize) -> Vec<Node> {
    let mut made = Vec::new();
    for slot in children.iter().filter_map(|&at| slots.get(at)) {
        match &slot.kind {
            Kind::Text(text) => made.push(Node::Text(text.clone())),
            Kind::Element(name, attributes) if depth < MAX_DEPTH => made.push(Node::Element(Element {
                name: name.local.to_ascii_lowercase().to_string(),
                attributes: attributes.clone(),
                children: nodes(slots, &slot.children, depth + 1),
            })),
            Kind::Element(..) => made.push(Node::Text(flat(slots, &slot.children))),
            Kind::Other => {}
        }
    }
    made
}

/// The text below `children`, however deep.
fn flat(slots: &[Slot], children: &[usize]) -> String {
    let mut text = String::new();
    let mut open: Vec<usize> = children.iter().rev().copied().collect();
    while let Some(slot) = open.pop().and_then(|at| slots.get(at)) {
        if let Kind::Text(one) = &slot.kind {
            text.push_str(one);
        }
        open.extend(slot.children.iter().rev());
    }
    text
}

/// What the parser builds: nodes by their number, the document first.
struct Tree {
    slots: RefCell<Vec<Slot>>,
}

#[derive(Debug)]
struct Slot {
    kind: Kind,
    parent: Option<usize>,
    children: Vec<usize>,
}

#[derive(Debug)]
enum Kind {
    Element(QualName, Vec<(String, String)>),
    Text(String),
    /// The document, comments, and whatever else shows nothing.
    Other,
}

impl Tree {
    fn new() -> Self {
        let tree = Self { slots: RefCell::default() };
        tree.add(Kind::Other);
        tree
    }

    fn add(&self, kind: Kind) -> usize {
        let mut slots = self.slots.borrow_mut();
        slots.push(Slot { kind, parent: None, children: Vec::new() });
        slots.len() - 1
    }

    /// Puts a node, or text, among the children of `parent` at `at`.
    fn insert(&self, parent: usize, at: usize, new: NodeOrText<usize>) {
        let new = match new {
            NodeOrText::AppendNode(node) => node,
            NodeOrText::AppendText(text) => {
                if self.lengthen(parent, at, &text) {
                    return;
                }
                self.add(Kind::Text(text.to_string()))
            }
        };
        self.detach(new);
        let mut slots = self.slots.borrow_mut();
        if let Some(slot) = slots.get_mut(parent) {
            let at = at.min(slot.children.len());
            slot.children.insert(at, new);
        }
        if let Some(slot) = slots.get_mut(new) {
            slot.parent = Some(parent);
        }
    }

    /// Adds to the text that stands before `at`, where there is one.
    fn lengthen(&self, parent: usize, at: usize, more: &str) -> bool {
        let mut slots = self.slots.borrow_mut();
        let before = slots.get(parent).and_then(|slot| slot.children.get(at.checked_sub(1)?)).copied();
        match before.and_then(|before| slots.get_mut(before)).map(|slot| &mut slot.kind) {
            Some(Kind::Text(text)) => {
                text.push_str(more);
                true
            }
            _ => false,
        }
    }

    fn detach(&self, node: usize) {
        let mut slots = self.slots.borrow_mut();
        let parent = slots.get_mut(node).and_then(|slot| slot.parent.take());
        if let Some(slot) = parent.and_then(|parent| slots.get_mut(parent)) {
            slot.children.retain(|&child| child != node);
        }
    }

    /// Where a node stands: its parent, and its place there.
    fn place(&self, node: usize) -> Option<(usize, usize)> {
        let slots = self.slots.borrow();
        let parent = slots.get(node)?.parent?;
        let at = slots.get(parent)?.children.iter().position(|&child| child == node)?;
        Some((parent, at))
    }

    fn append_to(&self, parent: usize, new: NodeOrText<usize>) {
        let end = self.slots.borrow().get(parent).map_or(0, |slot| slot.children.len());
        self.insert(parent, end, new);
    }
}

/// The name of an element, by itself.
#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Self;
    type ElemName<'a> = Name;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name(&self, target: &usize) -> Name {
        match self.slots.borrow().get(*target).map(|slot| &slot.kind) {
            Some(Kind::Element(name, _)) => Name(name.clone()),
            _ => Name(QualName::new(None, ns!(), local_name!(""))),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.add(Kind::Element(name, owned(attributes)))
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(Kind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(Kind::Other)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.append_to(*parent, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        match self.place(*element) {
            Some((parent, at)) => self.insert(parent, at, child),
            None => self.append_to(*previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What stands in a template is not shown: it goes nowhere.
    fn get_template_contents(&self, _: &usize) -> usize {
        self.add(Kind::Other)
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, new: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = &new {
            self.detach(*node);
        }
        if let Some((parent, at)) = self.place(*sibling) {
            self.insert(parent, at, new);
        }
    }

    fn add_attrs_if_missing(&self, target: &usize, more: Vec<Attribute>) {
        if let Some(Kind::Element(_, attributes)) = self.slots.borrow_mut().get_mut(*target).map(|slot| &mut slot.kind)
        {
            for (name, value) in owned(more) {
                if !attributes.iter().any(|(known, _)| *known == name) {
                    attributes.push((name, value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let moved = self.slots.borrow_mut().get_mut(*node).map(|slot| std::mem::take(&mut slot.children));
        let mut slots = self.slots.borrow_mut();
        for &child in moved.iter().flatten() {
            if let Some(slot) = slots.get_mut(child) {
                slot.parent = Some(*new_parent);
            }
        }
        if let Some(slot) = slots.get_mut(*new_parent) {
            slot.children.extend(moved.into_iter().flatten());
        }
    }
}

fn owned(attributes: Vec<Attribute>) -> Vec<(String, String)> {
    attributes.into_iter().map(|one| (one.name.local.to_ascii_lowercase().to_string(), one.value.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Node, parse};

    fn shown(nodes: &[Node]) -> String {
        let one = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => format!("({} {})", element.name, shown(&element.children)),
        };
        nodes.iter().map(one).collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_part_is_read_as_browsers_read_it() {
        for (html, tree) in [
            ("<p>One<p>Two<br>three", "(p One)(p Two(br )three)"),
            ("<b><i>x</b>y</i>", "(b (i x))(i y)"),
            ("<table>a<tr><td>b</table>", "a(table (tbody (tr (td b))))"),
            ("a<!-- b -->c<?d?>e", "ace"),
            ("<template><p>x</template>y", "(template )y"),
            ("&amp;&nbsp;&lt;", "&\u{a0}<"),
            ("<a>1<a>2", "(a 1)(a 2)"),
        ] {
            assert_eq!(shown(&parse(html)), tree, "{html}");
        }
    }

    #[test]
    fn what_stands_too_deep_keeps_its_text() {
        let deep = "<div>".repeat(5 * MAX_DEPTH) + "text";
        assert!(shown(&parse(&deep)).contains("text"));
    }

    #[test]
    fn classes_attributes_and_text_are_found() {
        let nodes = parse("<p class='a b' TITLE=x>1<b hidden>2</b>3</p>");
        let Some(Node::Element(p)) = nodes.first() else { unreachable!("a paragraph") };
        assert!(p.has_class("b") && !p.has_class("c"));
        assert_eq!((p.attribute("title"), p.text().as_str()), (Some("x"), "13"));
    }
}
