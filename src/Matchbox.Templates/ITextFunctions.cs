namespace Matchbox.Templates;

/// <summary>
/// Functions of one text to another that a program gives its templates beside Go's, as a Go program does by Funcs: in Go's terms
/// <c>func(string) (string, error)</c>. Called by the thread that executes, as often as the template says.
/// </summary>
public interface ITextFunctions
{
    /// <summary>Calls the function.</summary>
    /// <param name="function">One of the names that the template was parsed with.</param>
    /// <param name="argument">Its argument, of whatever bytes.</param>
    /// <param name="result">What it gives.</param>
    /// <returns>Why it gives nothing, which ends the execution with <c>error calling NAME: ...</c>; null when it gave.</returns>
    string? Call(string function, ReadOnlySpan<byte> argument, out byte[] result);
}

/// <summary>One place where a template calls a function that its program gave.</summary>
/// <param name="Function">Which.</param>
/// <param name="Argument">The argument where it is written out; null where it is computed.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte in that line, from 0 as in Go's texts.</param>
public sealed record TextFunctionCall(string Function, string? Argument, int Line, int Column);
