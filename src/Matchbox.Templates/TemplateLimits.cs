namespace Matchbox.Templates;

/// <summary>
/// What one execution may cost. Reaching a limit is an error of kind <see cref="TemplateErrorKind.Limit"/>, never a crash;
/// the defaults are far beyond any real template and safe against a hostile one.
/// </summary>
public sealed record TemplateLimits
{
    /// <summary>The limits without a wish.</summary>
    public static readonly TemplateLimits Default = new();

    /// <summary>
    /// Steps: each node that is evaluated is one, and each 64 bytes that a function reads or makes. A million take a fraction of a second.
    /// </summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>Templates within templates. Go allows 100,000; the stack of a thread here is smaller.</summary>
    public int MaxDepth { get; init; } = 1_000;

    /// <summary>Bytes of output, and of each text that a function makes on the way.</summary>
    public int MaxOutputBytes { get; init; } = 16 * 1024 * 1024;
}
