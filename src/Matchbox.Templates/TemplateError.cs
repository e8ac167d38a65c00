namespace Matchbox.Templates;

/// <summary>What kind of fault a <see cref="TemplateError"/> is.</summary>
public enum TemplateErrorKind
{
    /// <summary>The text is no template.</summary>
    Parse,

    /// <summary>The template does not fit its data.</summary>
    Execution,

    /// <summary>A limit of ours was reached: nesting in the text, or one of <see cref="TemplateLimits"/>.</summary>
    Limit,

    /// <summary>The caller gave up.</summary>
    Cancelled,
}

/// <summary>Why a template could not be parsed or executed.</summary>
/// <param name="Kind">Where it went wrong.</param>
/// <param name="Message">
/// The text that Go's text/template gives for the same fault, whole:
/// <c>template: NAME:LINE: unexpected EOF</c> or
/// <c>template: NAME:LINE:COLUMN: executing "NAME" at &lt;.x&gt;: map has no entry for key "x"</c>.
/// </param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte in that line, from 0 as in Go's texts.</param>
public sealed record TemplateError(TemplateErrorKind Kind, string Message, int Line, int Column)
{
    public override string ToString() => Message;
}
