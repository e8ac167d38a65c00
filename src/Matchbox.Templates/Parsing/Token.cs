namespace Matchbox.Templates.Parsing;

/// <summary>What a token is. Keywords come after <see cref="Dot"/>, which counts as one.</summary>
internal enum TokenKind : byte
{
    Error,
    Bool,
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    EndOfText,
    Field,
    Identifier,
    LeftDelimiter,
    LeftParenthesis,
    Number,
    Pipe,
    RawString,
    RightDelimiter,
    RightParenthesis,
    Space,
    String,
    Text,
    Variable,

    Dot,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

/// <summary>A piece of the template's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Its first byte in the text.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Line">The line it begins in, from 1.</param>
/// <param name="Fault">The reason, of an <see cref="TokenKind.Error"/>.</param>
internal readonly record struct Token(TokenKind Kind, int Position, int Length, int Line, string? Fault = null)
{
    public int End => Position + Length;
}
