//! Chunks onto pages: what stays together stays together, and tables repeat their heads.

use super::fonts::width;
use super::page::{Length, Page, Tone, millimetres};
use super::paper::Paper;
use super::typeset::{Chunk, Chunks, Type, marks};

/// The page numbers stand this far above the edge.
const FOOT: Length = millimetres(10);

pub(super) fn flow(chunks: &Chunks, paper: Paper, title: &str) -> Vec<Page> {
    let Some(height) = paper.height() else {
        return vec![one_page(chunks, paper)];
    };
    let mut flow = Flow::new(paper, height);
    let mut at = 0;
    while at < chunks.list.len() {
        let group = group_length(&chunks.list[at..]);
        flow.place(&chunks.list[at..at + group], chunks);
        at += group;
    }
    let mut pages = flow.pages;
    if pages.len() > 1 {
        number(&mut pages, paper, title);
    }
    pages
}

/// Everything on one page as long as it takes.
fn one_page(chunks: &Chunks, paper: Paper) -> Page {
    let mut page = Page {
        width: paper.width(),
        height: paper.margin(),
        marks: Vec::new(),
    };
    for chunk in &chunks.list {
        let top = page.height;
        put(&mut page, chunk, paper.margin(), top);
        page.height += chunk.height;
    }
    page.height += paper.margin();
    page
}

/// How many chunks from the first one on may not be parted.
fn group_length(chunks: &[Chunk]) -> usize {
    let kept = chunks
        .iter()
        .take_while(|chunk| chunk.keeps_with_next || chunk.is_space)
        .count();
    if chunks.first().is_some_and(|first| first.is_space) {
        return 1;
    }
    (kept + 1).min(chunks.len())
}

struct Flow {
    paper: Paper,
    height: Length,
    pages: Vec<Page>,
    /// Where the next chunk goes on the last page.
    top: Length,
}

impl Flow {
    fn new(paper: Paper, height: Length) -> Flow {
        let mut flow = Flow {
            paper,
            height,
            pages: Vec::new(),
            top: 0,
        };
        flow.begin_page();
        flow
    }

    fn begin_page(&mut self) {
        self.pages.push(Page {
            width: self.paper.width(),
            height: self.height,
            marks: Vec::new(),
        });
        self.top = self.paper.margin();
    }

    fn place(&mut self, group: &[Chunk], chunks: &Chunks) {
        let needed: Length = group.iter().map(|chunk| chunk.height).sum();
        let bottom = self.height - self.paper.margin();
        let is_fresh = self.top == self.paper.margin();
        if !is_fresh && self.top + needed > bottom {
            self.begin_page();
            let head = group.first().and_then(|chunk| chunk.head);
            if let Some(head) = head.and_then(|head| chunks.heads.get(head)) {
                self.put(head);
            }
        }
        for chunk in group {
            // A group that is longer than a page is parted after all.
            if self.top + chunk.height > bottom && self.top > self.paper.margin() {
                self.begin_page();
            }
            let leads = self.top == self.paper.margin();
            if !(leads && chunk.is_space) {
                self.put(chunk);
            }
        }
    }

    fn put(&mut self, chunk: &Chunk) {
        if let Some(page) = self.pages.last_mut() {
            put(page, chunk, self.paper.margin(), self.top);
            self.top += chunk.height;
        }
    }
}

/// Puts a chunk's marks in their places on a page.
fn put(page: &mut Page, chunk: &Chunk, left: Length, top: Length) {
    let placed = chunk.marks.iter().cloned();
    page.marks.extend(placed.map(|mark| mark.moved(left, top)));
}

/// The title and the number of the page at the foot of each.
fn number(pages: &mut [Page], paper: Paper, title: &str) {
    let set = Type {
        size: paper.note(),
        bold: false,
        tone: Tone::Grey,
    };
    let count = pages.len();
    for (index, page) in pages.iter_mut().enumerate() {
        let base = page.height - FOOT;
        let number = format!("{} / {count}", index + 1);
        let right = paper.margin() + paper.room() - width(&number, false, set.size);
        page.marks.extend(marks(title, set, paper.margin(), base));
        page.marks.extend(marks(&number, set, right, base));
    }
}
