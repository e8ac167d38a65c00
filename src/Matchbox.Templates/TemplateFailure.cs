using System.Runtime.CompilerServices;

namespace Matchbox.Templates;

/// <summary>
/// Ends parsing or execution from any depth, as the panics of Go's package do. Never leaves this library: <see cref="Template"/>
/// turns it into a <see cref="TemplateError"/>.
/// </summary>
internal sealed class TemplateFailure(TemplateErrorKind kind, string reason) : Exception(reason)
{
    public TemplateErrorKind Kind { get; } = kind;

    /// <summary>Parsing: the line that Go names.</summary>
    public int Line { get; init; }

    /// <summary>Parsing: the byte in the text.</summary>
    public int Position { get; init; }

    /// <summary>A limit of ours was reached.</summary>
    public static TemplateFailure Limit(string reason) => new(TemplateErrorKind.Limit, reason);

    /// <summary>Fails in time when the thread's stack comes to its end. Whatever recurses calls this.</summary>
    public static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Limit("exceeded the stack of the thread");
        }
    }
}
