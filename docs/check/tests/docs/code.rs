//! Finds `path#item`: a function, `Type::method`, struct, enum, trait, const,
//! or `impl Type`; without comments for rustdoc and without attributes.

use std::fs;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{ImplItem, Item, Type, Visibility};

use crate::pages::root;

pub fn item(label: &str) -> Result<String, String> {
    let (path, name) = label.split_once('#').ok_or("no `path#item`")?;
    let text = fs::read_to_string(root().join(path))
        .map_err(|error| format!("{path}: {error}"))?;
    let text = text.replace("\r\n", "\n");
    let file = syn::parse_file(&text).map_err(|e| format!("{path}: {e}"))?;
    let (from, to) = find(&file.items, name)
        .ok_or_else(|| format!("{path} has no {name}"))?;
    let lines: Vec<&str> = text.lines().collect();
    let lines = &lines[from - 1..to];
    let margin = lines[0].len() - lines[0].trim_start().len();
    let mut item = String::new();
    for line in lines {
        let doc = line.trim_start();
        if doc.starts_with("///") || doc.starts_with("#[") {
            continue;
        }
        item += line.get(margin..).unwrap_or_default();
        item.push('\n');
    }
    Ok(item)
}

type Lines = (usize, usize);

fn find(items: &[Item], name: &str) -> Option<Lines> {
    items.iter().find_map(|item| match item {
        Item::Fn(f) if f.sig.ident == name => {
            Some(lines(&f.vis, f.sig.span(), item.span()))
        }
        Item::Struct(s) if s.ident == name => {
            Some(lines(&s.vis, s.struct_token.span, item.span()))
        }
        Item::Enum(e) if e.ident == name => {
            Some(lines(&e.vis, e.enum_token.span, item.span()))
        }
        Item::Trait(t) if t.ident == name => {
            Some(lines(&t.vis, t.trait_token.span, item.span()))
        }
        Item::Const(c) if c.ident == name => {
            Some(lines(&c.vis, c.const_token.span, item.span()))
        }
        Item::Impl(i) => {
            let of = type_name(&i.self_ty);
            if i.trait_.is_none() && name == format!("impl {of}") {
                let vis = Visibility::Inherited;
                return Some(lines(&vis, i.impl_token.span, item.span()));
            }
            let method = name.strip_prefix(&format!("{of}::"))?;
            i.items.iter().find_map(|item| match item {
                ImplItem::Fn(f) if f.sig.ident == method => {
                    Some(lines(&f.vis, f.sig.span(), f.span()))
                }
                _ => None,
            })
        }
        _ => None,
    })
}

/// From its visibility, or else its keyword, to its end: attributes stand
/// before that.
fn lines(vis: &Visibility, keyword: Span, whole: Span) -> Lines {
    let start = match vis {
        Visibility::Inherited => keyword.start().line,
        vis => vis.span().start().line,
    };
    (start, whole.end().line)
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or(String::new(), |s| s.ident.to_string()),
        _ => String::new(),
    }
}
