using System.Runtime.CompilerServices;
using Matchbox.Templates.Execution;

namespace Matchbox.Templates.Parsing;

/// <summary>What the parsers of one text share: the tokens, the templates defined so far, the numbers of variables, the depth.</summary>
internal sealed class ParseSession(string name, ReadOnlyMemory<byte> text, IReadOnlySet<string>? functions = null)
{
    /// <summary>Actions within actions and parentheses within parentheses. Go allows 10,000 parentheses, and actions without end.</summary>
    public const int MaxDepth = 1_000;

    private readonly Dictionary<string, int> _variables = new(StringComparer.Ordinal) { ["$"] = 0 };
    private int _depth;

    public string Name { get; } = name;

    public ReadOnlyMemory<byte> Text { get; } = text;

    public Lexer Lexer { get; } = new(text);

    public Dictionary<string, ListNode> Templates { get; } = new(StringComparer.Ordinal);

    /// <summary>Names whose templates hold more than white space: those cannot be defined again.</summary>
    public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>Every name that stands behind a dot.</summary>
    public HashSet<string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Every call of a function that the program gave.</summary>
    public List<(string Function, string? Argument, int Position)> TextCalls { get; } = [];

    /// <summary>The function of that name: Go's, or one that the program gave.</summary>
    public Function? Find(string function) =>
        Function.Find(function) ?? (functions is not null && functions.Contains(function) ? Function.OfText(function) : null);

    public int NumberOf(string variable)
    {
        if (!_variables.TryGetValue(variable, out var number))
        {
            number = _variables.Count;
            _variables.Add(variable, number);
        }
        return number;
    }

    /// <summary>Goes one level deeper; false: that is too deep.</summary>
    public bool TryEnter() => ++_depth <= MaxDepth && RuntimeHelpers.TryEnsureSufficientExecutionStack();

    public void Leave() => _depth--;
}
