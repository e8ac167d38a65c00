using System.Diagnostics.CodeAnalysis;
using Matchbox.Butane.Ignition;
using Matchbox.Core.Secrets;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// A config as it was declared: served as it is, or a template that is rendered for each machine. Compiled once, immutable.
/// </summary>
public sealed class ConfigFile
{
    private readonly Lazy<RenderedConfig>? _asItIs;

    private ConfigFile(string path, ReadOnlyMemory<byte> source, Template? template)
    {
        Path = path;
        Source = source;
        Template = template;
        _asItIs = template is null ? new Lazy<RenderedConfig>(() => new RenderedConfig(Source, null, null) { Ignition = ContentOf(Source) }) : null;
    }

    /// <summary>Where it is in the declared folder; errors name it.</summary>
    public string Path { get; }

    /// <summary>Its octets.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>What it is rendered by; null: it is served as it is.</summary>
    public Template? Template { get; }

    /// <summary>It reads what the request says, so that it can be another one for each request.</summary>
    public bool ReadsRequest => Template is not null && Template.Mentions("request");

    /// <summary>Where it calls for secrets; empty for most.</summary>
    public IReadOnlyList<TextFunctionCall> SecretCalls => Template?.TextCalls ?? [];

    /// <summary>It may hold secrets when it is rendered for a machine.</summary>
    public bool UsesSecrets => SecretCalls.Count > 0;

    /// <summary>What is served of a file that is no template; null for a template.</summary>
    internal RenderedConfig? AsItIs => _asItIs?.Value;

    /// <summary>A config that is served as it is.</summary>
    public static ConfigFile Raw(string path, ReadOnlyMemory<byte> source) => new(path, source, null);

    /// <summary>A template; the error says what is wrong with it.</summary>
    public static bool TryCompile(string path, ReadOnlyMemory<byte> source, [NotNullWhen(true)] out ConfigFile? file, [NotNullWhen(false)] out TemplateError? error)
    {
        file = Template.TryParse(path, source.Span, MissingKey.Error, out var template, out error, SecretFunctions.Names) ? new ConfigFile(path, source, template) : null;
        return file is not null;
    }

    /// <summary>Whether its name says that it is Ignition already, and neither template nor Butane (poseidon/matchbox's rule).</summary>
    public static bool IsRaw(string name) => name.EndsWith(".ign", StringComparison.Ordinal) || name.EndsWith(".ignition", StringComparison.Ordinal);

    private static IgnitionContent? ContentOf(ReadOnlyMemory<byte> json) =>
        IgnitionReader.TryRead(json.Span, out var document, out _, out _) && !document.IsSpec2 ? new IgnitionContent(json, document.Version) : null;
}
