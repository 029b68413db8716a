//! YAML as a tree that knows its lines. Size and depth are bounded, and an alias is a second pointer to the same node,
//! so a few lines that stand for billions cost nothing here; whoever walks the tree bounds his walk.

use saphyr_parser::{Event, Parser, Span};
use std::collections::HashMap;
use std::rc::Rc;

const NODES_MAX: usize = 300_000;
const DEPTH_MAX: usize = 48;

/// A node and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    /// How many levels there are in it, those of its aliases included.
    height: usize,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Text. A plain empty one, `~` and `null` are [`Kind::Nothing`].
    Text(String),
    /// No value.
    Nothing,
    /// A value with a tag of its own, such as `!vault`: nobody knows what it means.
    Tagged,
    Map(Vec<(Key, Rc<Node>)>),
    List(Vec<Rc<Node>>),
}

/// The key of an entry, when it is text.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: Option<String>,
    pub(crate) line: u32,
}

/// Why a text is no tree.
#[derive(Debug)]
pub(crate) struct NoTree {
    pub(crate) line: u32,
    pub(crate) why: String,
}

/// Reads the first document of a text; `None` when there is none. The second value is the line of a further document.
pub(crate) fn read(text: &str) -> Result<(Option<Rc<Node>>, Option<u32>), NoTree> {
    let mut builder = Builder::default();
    let mut documents = 0;
    let mut further = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| NoTree {
            line: number(error.marker().line()),
            // The parser's own words quote at most one character of the text.
            why: format!("This is not YAML: {}.", error.info()),
        })?;
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                further = Some(line_of(&span));
                break;
            }
        }
        builder.take(event, &span)?;
    }
    Ok((builder.root, further))
}

#[derive(Default)]
struct Builder {
    root: Option<Rc<Node>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    nodes: usize,
}

struct Open {
    line: u32,
    anchor: usize,
    is_tagged: bool,
    content: Content,
}

enum Content {
    Map {
        entries: Vec<(Key, Rc<Node>)>,
        key: Option<Key>,
    },
    List(Vec<Rc<Node>>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), NoTree> {
        let line = line_of(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = matches!(style, saphyr_parser::ScalarStyle::Plain);
                let kind = if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
                    Kind::Tagged
                } else if is_plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL") {
                    Kind::Nothing
                } else {
                    Kind::Text(text.into_owned())
                };
                self.add(
                    Rc::new(Node {
                        line,
                        kind,
                        height: 0,
                    }),
                    anchor,
                )
            }
            Event::SequenceStart(anchor, tag) => {
                let tagged = tag.is_some_and(|tag| !tag.is_yaml_core_schema());
                self.open(line, anchor, tagged, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let tagged = tag.is_some_and(|tag| !tag.is_yaml_core_schema());
                let content = Content::Map {
                    entries: Vec::new(),
                    key: None,
                };
                self.open(line, anchor, tagged, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => self.add(node, 0),
                None => Err(NoTree {
                    line,
                    why: "An alias refers to what it is part of.".to_owned(),
                }),
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: u32, anchor: usize, is_tagged: bool, content: Content) -> Result<(), NoTree> {
        if self.open.len() >= DEPTH_MAX {
            return Err(too_deep(line));
        }
        self.open.push(Open {
            line,
            anchor,
            is_tagged,
            content,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), NoTree> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let height = match &open.content {
            Content::Map { entries, .. } => entries.iter().map(|(_, node)| node.height).max(),
            Content::List(items) => items.iter().map(|node| node.height).max(),
        };
        let kind = match open.content {
            _ if open.is_tagged => Kind::Tagged,
            Content::Map { entries, .. } => Kind::Map(entries),
            Content::List(items) => Kind::List(items),
        };
        let node = Node {
            line: open.line,
            kind,
            height: height.unwrap_or(0) + 1,
        };
        self.add(Rc::new(node), open.anchor)
    }

    fn add(&mut self, node: Rc<Node>, anchor: usize) -> Result<(), NoTree> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(NoTree {
                line: node.line,
                why: format!("The paste has more than {NODES_MAX} values."),
            });
        }
        // Aliases inside aliases could be any number of levels deep.
        if self.open.len() + node.height > DEPTH_MAX {
            return Err(too_deep(node.line));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    *key = Some(Key {
                        text: match &node.kind {
                            Kind::Text(text) => Some(text.clone()),
                            _ => None,
                        },
                        line: node.line,
                    });
                }
            },
        }
        Ok(())
    }
}

fn too_deep(line: u32) -> NoTree {
    NoTree {
        line,
        why: format!("The paste is nested more than {DEPTH_MAX} levels deep."),
    }
}

fn line_of(span: &Span) -> u32 {
    number(span.start.line())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}
