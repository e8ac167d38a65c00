using System.Diagnostics.CodeAnalysis;
using System.Text;
using Matchbox.Templates.Execution;
using Matchbox.Templates.Formatting;
using Matchbox.Templates.Parsing;

namespace Matchbox.Templates;

/// <summary>
/// A template of Go's package text/template (Go 1.27): its syntax, its built-in functions and no others, its answers byte for byte and
/// its error texts. Reads nothing but the data it is given. Immutable and thread-safe: parse once, execute often.
/// </summary>
/// <remarks>
/// Texts are bytes, as Go's strings are, so that what is no UTF-8 comes out as it went in. What differs from Go: nesting within
/// one text ends at 1,000, <see cref="TemplateLimits"/> bound an execution, and <c>%p</c> of a list or map prints a made-up address.
/// </remarks>
public sealed class Template
{
    private readonly Dictionary<string, ListNode> _templates;
    private readonly ReadOnlyMemory<byte> _text;
    private readonly MissingKey _missingKey;
    private readonly HashSet<string> _fields;

    private Template(ParseSession session, MissingKey missingKey, Dictionary<string, ListNode> templates)
    {
        (Name, _text, _fields, _missingKey, _templates) = (session.Name, session.Text, session.Fields, missingKey, templates);
        TextCalls = [.. session.TextCalls.Select(call =>
        {
            var (line, column) = PlaceOf(_text.Span, call.Position);
            return new TextFunctionCall(call.Function, call.Argument, line, column);
        })];
    }

    /// <summary>The name that error texts give.</summary>
    public string Name { get; }

    /// <summary>Where it calls functions that it was parsed with beside Go's, whether or not an execution comes there.</summary>
    public IReadOnlyList<TextFunctionCall> TextCalls { get; }

    /// <summary>Whether <c>.name</c> stands anywhere in it, at whatever depth; not in its comments or texts.</summary>
    public bool Mentions(string field) => _fields.Contains(field);

    /// <summary>Parses a text. The text is copied.</summary>
    /// <param name="name">For error texts and <c>{{template}}</c>; may be empty.</param>
    /// <param name="text">UTF-8 by custom; other bytes pass through.</param>
    /// <param name="missingKey">What a field means that its map does not hold.</param>
    /// <param name="template">The template.</param>
    /// <param name="error">Why there is none.</param>
    /// <param name="functions">Names of functions of text that it may call beside Go's; Go's own names stay Go's.</param>
    public static bool TryParse(
        string name,
        ReadOnlySpan<byte> text,
        MissingKey missingKey,
        [NotNullWhen(true)] out Template? template,
        [NotNullWhen(false)] out TemplateError? error,
        IReadOnlySet<string>? functions = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var session = new ParseSession(name, text.ToArray(), functions);
        try
        {
            template = new Template(session, missingKey, Parser.Parse(session));
            error = null;
            return true;
        }
        catch (TemplateFailure failure)
        {
            var (_, column) = PlaceOf(text, failure.Position);
            template = null;
            error = new TemplateError(failure.Kind, $"template: {name}:{failure.Line}: {failure.Message}", failure.Line, column);
            return false;
        }
    }

    /// <summary>Parses a text.</summary>
    public static bool TryParse(
        string name,
        string text,
        MissingKey missingKey,
        [NotNullWhen(true)] out Template? template,
        [NotNullWhen(false)] out TemplateError? error) =>
        TryParse(name, Encoding.UTF8.GetBytes(text), missingKey, out template, out error);

    /// <summary>Writes the template with this data. There is no partial output: an error leaves none.</summary>
    /// <param name="data">The cursor at the start, and <c>$</c>.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="error">Why it wrote nothing.</param>
    /// <param name="cancellation">Ends the execution within about a thousand steps.</param>
    public bool TryExecute(
        TemplateValue data,
        TemplateLimits limits,
        [NotNullWhen(true)] out byte[]? output,
        [NotNullWhen(false)] out TemplateError? error,
        CancellationToken cancellation = default) => TryExecute(data, limits, out output, out error, functions: null, cancellation);

    /// <summary>Writes the template with this data, and with the functions of text that it was parsed with; null: calling one is an error.</summary>
    public bool TryExecute(
        TemplateValue data,
        TemplateLimits limits,
        [NotNullWhen(true)] out byte[]? output,
        [NotNullWhen(false)] out TemplateError? error,
        ITextFunctions? functions,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var sink = new ByteSink(limits.MaxOutputBytes);
        using var executor = new Executor(_templates, _missingKey, limits, sink, functions, cancellation);
        try
        {
            executor.Execute(Name, data);
            output = sink.ToArray();
            error = null;
            return true;
        }
        catch (TemplateFailure failure)
        {
            output = null;
            error = Describe(failure, executor);
            return false;
        }
    }

    private TemplateError Describe(TemplateFailure failure, Executor executor)
    {
        var (line, column) = PlaceOf(_text.Span, executor.At?.Position ?? 0);
        var message = $"template: {Name}:{line}:{column}: executing {QuotedText.Of(executor.TemplateName)} at <{executor.At}>: {failure.Message}";
        return new TemplateError(failure.Kind, message, line, column);
    }

    private static (int Line, int Column) PlaceOf(ReadOnlySpan<byte> text, int position)
    {
        var before = text[..Math.Min(position, text.Length)];
        return (1 + before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'));
    }
}
