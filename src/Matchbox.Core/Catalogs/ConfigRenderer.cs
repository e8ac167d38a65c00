using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>What a request says of itself, for templates: <c>.request.query</c> and <c>.request.raw_query</c>.</summary>
public sealed record RequestData(IReadOnlyCollection<KeyValuePair<string, string>> Query, string RawQuery);

/// <summary>A config for one machine.</summary>
/// <param name="Bytes">What is served; null when there is a failure.</param>
/// <param name="Failure">Where and why there is nothing to serve, in words for a person.</param>
/// <param name="Sign">The installer's mark in it, if it has one.</param>
public sealed record RenderedConfig(ReadOnlyMemory<byte>? Bytes, string? Failure, string? Sign)
{
    /// <summary>Why the template came to no text; null when it did.</summary>
    public TemplateError? TemplateError { get; init; }

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

    private static readonly TemplateLimits Limits = new() { MaxOutputBytes = 4 << 20 };

    private readonly TranslationCache _translations = new();

    /// <summary>An Ignition config: as it is, or rendered and translated.</summary>
    public RenderedConfig Ignition(ConfigFile file, Group group, RequestData request)
    {
        if (file.AsIgnition is { } raw)
        {
            return raw;
        }
        if (file.Error is { } broken)
        {
            return Failed(broken);
        }
        if (!file.Template!.TryExecute(group.TemplateData.For(request), Limits, out var text, out var error))
        {
            return Failed(error);
        }
        // A rack that comes up asks for the same text all at once: one of them translates it, the others wait for that.
        return _translations.Get(new TranslationKey(file, SHA256.HashData(text)), () => Translate(file, text));
    }

    /// <summary>A file that is served without any meaning to us.</summary>
    public static RenderedConfig Generic(ConfigFile file, Group group, RequestData request) =>
        file.Error is { } broken ? Failed(broken)
        : file.Template is null ? new RenderedConfig(file.Source, null, null)
        : file.Template.TryExecute(group.TemplateData.For(request), Limits, out var text, out var error) ? new RenderedConfig(text, null, InstallMark.SignIn(text))
        : Failed(error);

    /// <summary>A cloud-config or a script, which has to look like one.</summary>
    public static RenderedConfig Cloud(ConfigFile file, Group group, RequestData request)
    {
        var rendered = Generic(file, group, request);
        return rendered.Bytes is { } text && CloudConfig.WhyNot(text.Span) is { } why ? new RenderedConfig(null, Printable($"{file.Path}: {why}"), null) : rendered;
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
