//! Text to tree by recursive descent, with the byte range of every mistake.

use std::ops::Range;

use super::{Expression, Function, Operator, ParseError};
use crate::diagnostic::{nearest, visible};

/// How deep brackets may nest and how many words and signs an expression may have: more is no
/// formula that a person reviews, and recursion must end.
const DEEPEST: usize = 50;
const LONGEST: usize = 1_000;

/// Parses a text.
pub fn parse(text: &str) -> Result<Expression, ParseError> {
    let tokens = tokens(text)?;
    if tokens.len() > LONGEST {
        let span = tokens[LONGEST].span.clone();
        return Err(error(span, format!("the expression is longer than {LONGEST} words and signs")));
    }
    let mut parser = Parser { tokens, at: 0, end: text.len(), depth: 0 };
    let tree = parser.sum()?;
    match parser.peek() {
        None => Ok(tree),
        Some(token) => {
            Err(error(token.span.clone(), format!("expected an operator or the end, found `{}`", token.shown())))
        }
    }
}

/// Whether a column name needs no backticks: it begins with a letter or `_`, and goes on with
/// letters, digits, `_`, `.` and inner `-` that touch a letter or digit on both sides.
pub fn is_plain(name: &str) -> bool {
    !name.is_empty() && word_length(name) == name.len()
}

fn error(span: Range<usize>, message: String) -> ParseError {
    ParseError { span, message, hint: None }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Number(f64),
    Word(String),
    Quoted(String),
    Sign(char),
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Range<usize>,
}

impl Token {
    fn shown(&self) -> String {
        match &self.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Word(name) | Kind::Quoted(name) => visible(name),
            Kind::Sign(sign) => sign.to_string(),
        }
    }
}

/// Bytes of the column or function name at the start of a text (0 if there is none). A hyphen
/// belongs to the name only between two letters or digits, so `a - b` subtracts and `a-b` is a
/// name.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let belongs = match character {
            'a'..='z' | 'A'..='Z' | '_' => true,
            '0'..='9' | '.' => at > 0,
            '-' => {
                at > 0
                    && text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
                    && next.is_some_and(|c| c.is_ascii_alphanumeric())
            }
            _ => false,
        };
        if !belongs {
            break;
        }
        length = at + character.len_utf8();
    }
    length
}

fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match character {
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            '+' | '-' | '*' | '/' | '(' | ')' | ',' => (Kind::Sign(character), 1),
            '0'..='9' | '.' => number(rest, at)?,
            '`' => match rest[1..].find('`') {
                Some(0) => return Err(error(at..at + 2, "the quoted column name is empty".to_string())),
                Some(length) => (Kind::Quoted(rest[1..=length].to_string()), length + 2),
                None => return Err(error(at..text.len(), "the quoted column name does not end".to_string())),
            },
            _ => match word_length(rest) {
                0 => {
                    let span = at..at + character.len_utf8();
                    let message = format!("`{}` means nothing here", visible(&character.to_string()));
                    let hint = "operators are + - * /; put a column name with other signs between backticks";
                    return Err(ParseError { span, message, hint: Some(hint.to_string()) });
                }
                length => (Kind::Word(rest[..length].to_string()), length),
            },
        };
        found.push(Token { kind, span: at..at + length });
        at += length;
    }
    Ok(found)
}

fn number(rest: &str, at: usize) -> Result<(Kind, usize), ParseError> {
    let bytes = rest.as_bytes();
    let mut length = 0;
    while length < bytes.len() {
        let exponent_sign = matches!(bytes[length], b'+' | b'-') && matches!(bytes[length - 1], b'e' | b'E');
        if !(bytes[length].is_ascii_alphanumeric() || bytes[length] == b'.' || (length > 0 && exponent_sign)) {
            break;
        }
        length += 1;
    }
    let written = &rest[..length];
    match written.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Kind::Number(number), length)),
        Ok(_) => Err(error(at..at + length, format!("`{written}` is too large a number"))),
        Err(_) => Err(error(at..at + length, format!("`{written}` is not a number"))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take_sign(&mut self, sign: char) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == Kind::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn deeper(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let span = self.peek().map_or(self.end..self.end, |token| token.span.clone());
            return Err(error(span, format!("the expression is nested deeper than {DEEPEST} levels")));
        }
        Ok(())
    }

    fn sum(&mut self) -> Result<Expression, ParseError> {
        let mut left = self.product()?;
        loop {
            let operator = if self.take_sign('+') {
                Operator::Add
            } else if self.take_sign('-') {
                Operator::Subtract
            } else {
                return Ok(left);
            };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, ParseError> {
        let mut left = self.factor()?;
        loop {
            let operator = if self.take_sign('*') {
                Operator::Multiply
            } else if self.take_sign('/') {
                Operator::Divide
            } else {
                return Ok(left);
            };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.factor()?));
        }
    }

    fn factor(&mut self) -> Result<Expression, ParseError> {
        self.deeper()?;
        let result = if self.take_sign('-') {
            self.factor().map(|inner| Expression::Negate(Box::new(inner)))
        } else {
            self.value()
        };
        self.depth -= 1;
        result
    }

    fn value(&mut self) -> Result<Expression, ParseError> {
        let Some(token) = self.peek().cloned() else {
            return Err(error(self.end..self.end, "the expression ends where a value is expected".to_string()));
        };
        self.at += 1;
        match token.kind {
            Kind::Number(number) => Ok(Expression::Number(number)),
            Kind::Quoted(name) => Ok(Expression::Column(name)),
            Kind::Word(name) if self.take_sign('(') => self.call(&name, token.span),
            Kind::Word(name) => Ok(Expression::Column(name)),
            Kind::Sign('(') => {
                let inner = self.sum()?;
                self.close()?;
                Ok(inner)
            }
            Kind::Sign(sign) => Err(error(token.span, format!("expected a value, found `{sign}`"))),
        }
    }

    fn close(&mut self) -> Result<usize, ParseError> {
        if self.take_sign(')') {
            return Ok(self.tokens[self.at - 1].span.end);
        }
        Err(match self.peek() {
            Some(token) => error(token.span.clone(), format!("expected `)`, found `{}`", token.shown())),
            None => error(self.end..self.end, "expected `)`, found the end".to_string()),
        })
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Expression, ParseError> {
        let Some(function) = Function::ALL.into_iter().find(|function| function.name() == name) else {
            let names = Function::ALL.map(Function::name);
            let hint = match nearest(name, names) {
                _ if ["ln", "log", "log2", "log10", "log1p", "sqrt", "pow", "exp"].contains(&name) => {
                    format!(
                        "known functions: {}; logarithms, roots and powers are transforms of a factor",
                        names.join(", ")
                    )
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known functions: {}", names.join(", ")),
            };
            return Err(ParseError { span, message: format!("unknown function `{name}`"), hint: Some(hint) });
        };
        let mut arguments = vec![self.sum()?];
        while self.take_sign(',') {
            arguments.push(self.sum()?);
        }
        let end = self.close()?;
        let arity = function.arity();
        if arity.contains(&arguments.len()) {
            return Ok(Expression::Call(function, arguments));
        }
        let takes = match (arity.start, arity.end - 1) {
            (1, 1) => "1 argument".to_string(),
            (_, most) if arguments.len() > most => format!("at most {most} arguments"),
            (least, _) => format!("at least {least} arguments"),
        };
        Err(error(span.start..end, format!("`{name}` takes {takes}, found {}", arguments.len())))
    }
}
