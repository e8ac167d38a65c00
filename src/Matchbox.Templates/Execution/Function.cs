using System.Collections.Frozen;

namespace Matchbox.Templates.Execution;

/// <summary>The functions that every template has, and the kind of those that its program gives.</summary>
internal enum FunctionKind : byte
{
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    Text,
    UrlQuery,
}

/// <summary>A function and the arguments it takes.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Name">As templates call it.</param>
/// <param name="Fixed">Arguments that must be there.</param>
/// <param name="IsVariadic">Whether more may follow.</param>
internal sealed record Function(FunctionKind Kind, string Name, int Fixed, bool IsVariadic)
{
    private static readonly FrozenDictionary<string, Function> All = new Function[]
    {
        new(FunctionKind.And, "and", 1, true),
        new(FunctionKind.Call, "call", 1, true),
        new(FunctionKind.Eq, "eq", 1, true),
        new(FunctionKind.Ge, "ge", 2, false),
        new(FunctionKind.Gt, "gt", 2, false),
        new(FunctionKind.Html, "html", 0, true),
        new(FunctionKind.Index, "index", 1, true),
        new(FunctionKind.Js, "js", 0, true),
        new(FunctionKind.Le, "le", 2, false),
        new(FunctionKind.Len, "len", 1, false),
        new(FunctionKind.Lt, "lt", 2, false),
        new(FunctionKind.Ne, "ne", 2, false),
        new(FunctionKind.Not, "not", 1, false),
        new(FunctionKind.Or, "or", 1, true),
        new(FunctionKind.Print, "print", 0, true),
        new(FunctionKind.Printf, "printf", 1, true),
        new(FunctionKind.Println, "println", 0, true),
        new(FunctionKind.Slice, "slice", 1, true),
        new(FunctionKind.UrlQuery, "urlquery", 0, true),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static Function? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>A function of the program's own: see <see cref="ITextFunctions"/>.</summary>
    public static Function OfText(string name) => new(FunctionKind.Text, name, 1, false);

    /// <summary>Printf's first argument is a string, and that of a function of texts; the others take anything.</summary>
    public bool TakesString(int argument) => Kind is FunctionKind.Printf or FunctionKind.Text && argument == 0;
}
