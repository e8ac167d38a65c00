using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;
using Matchbox.Core.Machines;
using Matchbox.Core.Secrets;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>What a request says of itself, for templates: <c>.request.query</c> and <c>.request.raw_query</c>.</summary>
public sealed record RequestData(IReadOnlyCollection<KeyValuePair<string, string>> Query, string RawQuery)
{
    /// <summary>The disk that was chosen for the installation, for <c>.arming.disk</c>; null: none was.</summary>
    public ArmedDisk? Disk { get; init; }
}

/// <summary>A config for one machine.</summary>
/// <param name="Bytes">What is served; null when there is a failure.</param>
/// <param name="Failure">Where and why there is nothing to serve, in words for a person.</param>
/// <param name="Sign">The installer's mark in it, if it has one.</param>
public sealed record RenderedConfig(ReadOnlyMemory<byte>? Bytes, string? Failure, string? Sign)
{
    /// <summary>Why the template came to no text; null when it did.</summary>
    public TemplateError? TemplateError { get; init; }

    /// <summary>Where it calls for a secret although nothing protects it; null: it does not.</summary>
    internal TextFunctionCall? UnprotectedCall { get; init; }

    /// <summary>What Butane found; null when there was no Butane config, or when advice was not asked for.</summary>
    public Report? Report { get; init; }

    /// <summary>What we say beyond that, if advice was asked for.</summary>
    public IReadOnlyList<Advice> Advice { get; init; } = [];

    /// <summary>The octets are those that poseidon/matchbox would serve.</summary>
    internal bool IsUpstreamForm { get; init; }

    /// <summary>There is nothing to serve, and poseidon/matchbox would serve a config without content.</summary>
    internal bool IsEmptyUpstream { get; init; }

    /// <summary>The Ignition config itself; null when it is not of spec 3.</summary>
    public IgnitionContent? Ignition { get; init; }
}

/// <summary>
/// Makes configs for machines: a template with the group's metadata and the request, then Butane. Machines whose template comes to
/// the same text share one translation. Thread-safe.
/// </summary>
/// <param name="hintsOff">Rules whose advice is not given; null: no advice at all.</param>
public sealed class ConfigRenderer(IReadOnlySet<string>? hintsOff = null)
{
    internal static readonly JsonDocumentOptions MetadataOptions = new() { MaxDepth = 256 };

    private const string KeptBack = "it comes to no config with the present secrets; why is kept back, because the text may hold one";

    private static readonly TemplateLimits Limits = new() { MaxOutputBytes = 4 << 20 };

    private readonly TranslationCache _translations = new();

    /// <summary>An Ignition config: as it is, or rendered and translated.</summary>
    /// <param name="file">The config.</param>
    /// <param name="group">The machine's group.</param>
    /// <param name="request">What the machine's request says.</param>
    /// <param name="secrets">
    /// What secrets there are for this one machine: nothing of the answer is kept then, and no failure repeats a text. Null: placeholders.
    /// </param>
    public RenderedConfig Ignition(ConfigFile file, Group group, RequestData request, ITextFunctions? secrets = null)
    {
        if (file.AsIgnition is { } raw)
        {
            return raw;
        }
        if (file.Error is { } broken)
        {
            return Failed(broken);
        }
        if (!TryExecute(file, group, request, secrets, out var text, out var error))
        {
            return Failed(error);
        }
        if (secrets is not null)
        {
            var own = Translate(file, text);
            CryptographicOperations.ZeroMemory(text);
            return file.UsesSecrets ? WithoutTexts(file, own) : own;
        }
        // A rack that comes up asks for the same text all at once: one of them translates it, the others wait for that.
        return _translations.Get(new TranslationKey(file, SHA256.HashData(text)), () => Translate(file, text));
    }

    /// <summary>A file that is served without any meaning to us. <paramref name="secrets"/> as for <see cref="Ignition"/>.</summary>
    public static RenderedConfig Generic(ConfigFile file, Group group, RequestData request, ITextFunctions? secrets = null) =>
        file.Error is { } broken ? Failed(broken)
        : file.Template is null ? new RenderedConfig(file.Source, null, null)
        : TryExecute(file, group, request, secrets, out var text, out var error) ? new RenderedConfig(text, null, InstallMark.SignIn(text))
        : Failed(error);

    /// <summary>A cloud-config or a script, which has to look like one. <paramref name="secrets"/> as for <see cref="Ignition"/>.</summary>
    public static RenderedConfig Cloud(ConfigFile file, Group group, RequestData request, ITextFunctions? secrets = null)
    {
        var rendered = Generic(file, group, request, secrets);
        return rendered.Bytes is { } text && CloudConfig.WhyNot(text.Span) is { } why
            ? new RenderedConfig(null, Printable($"{file.Path}: {(secrets is not null && file.UsesSecrets ? KeptBack : why)}"), null)
            : rendered;
    }

    private static bool TryExecute(
        ConfigFile file, Group group, RequestData request, ITextFunctions? secrets, [NotNullWhen(true)] out byte[]? text, [NotNullWhen(false)] out TemplateError? error)
    {
        var isDone = file.Template!.TryExecute(group.TemplateData.For(request, file.UsesArming), Limits, out text, out error, secrets ?? SecretFunctions.Placeholders);
        if (!isDone && secrets is not null && file.UsesSecrets && (secrets as SecretFunctions)?.Refusal is null && secrets != SecretFunctions.Unprotected)
        {
            // The functions of templates repeat in their complaints what they were given.
            error = error! with { Message = string.Create(CultureInfo.InvariantCulture, $"template: {file.Path}:{error.Line}:{error.Column}: {KeptBack}") };
        }
        return isDone;
    }

    // Butane's complaints repeat what they are about.
    private static RenderedConfig WithoutTexts(ConfigFile file, RenderedConfig rendered)
    {
        if (rendered.Failure is null)
        {
            return rendered;
        }
        var fault = rendered.Report?.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error);
        return new RenderedConfig(null, Printable(string.Create(
            CultureInfo.InvariantCulture, $"{file.Path}{(fault is null ? "" : $":{fault.Line}:{fault.Column}")}: {KeptBack}")), null);
    }

    private RenderedConfig Translate(ConfigFile file, byte[] text)
    {
        var result = ButaneConverter.Convert(text, new ButaneOptions());
        var advice = hintsOff is null ? [] : Adviser.On(result, hintsOff);
        if (result.Output is { } json)
        {
            var upstream = UpstreamIgnition.Of(result.Config!, result.Dialect!.Ignition);
            return new RenderedConfig(upstream ?? json, null, InstallMark.SignIn(json))
            {
                Report = hintsOff is null ? null : result.Report,
                Advice = advice,
                Ignition = new IgnitionContent(json, result.Dialect!.Ignition),
                IsUpstreamForm = upstream is not null,
            };
        }
        var fault = result.Report.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error);
        var reason = fault is null ? $"{file.Path}: {result.Failure}" : string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{fault.Line}:{fault.Column}: {fault.Message} ({fault.Path})");
        return new RenderedConfig(null, Printable(reason), null) { Report = result.Report, Advice = advice, IsEmptyUpstream = UpstreamIgnition.IsOpenShift(result.Failure) };
    }

    private static RenderedConfig Failed(TemplateError error) => new(null, Printable(error.Message), null) { TemplateError = error };

    // It may repeat what a request said, and goes to a log and a screen.
    private static string Printable(string reason) => ClientText.Escape(reason.ReplaceLineEndings(" "));
}
