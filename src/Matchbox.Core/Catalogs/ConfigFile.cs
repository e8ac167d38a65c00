using System.Diagnostics.CodeAnalysis;
using Matchbox.Core.Secrets;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// A config as it was declared: served as it is, or a template that is rendered for each machine. Compiled once, immutable.
/// </summary>
public sealed class ConfigFile
{
    private readonly Lazy<RenderedConfig>? _asItIs;

    private ConfigFile(string path, ReadOnlyMemory<byte> source, Template? template, TemplateError? error = null, bool isBroken = false)
    {
        Path = path;
        Source = source;
        Template = template;
        Error = error;
        IsBroken = isBroken;
        _asItIs = template is null && error is null ? new Lazy<RenderedConfig>(() => UpstreamIgnition.Raw(Path, Source)) : null;
    }

    /// <summary>Where it is in the declared folder; errors name it.</summary>
    public string Path { get; }

    /// <summary>Its octets.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>What it is rendered by; null: it is served as it is.</summary>
    public Template? Template { get; }

    /// <summary>Why it is a template and cannot be one; null: nothing is wrong with it.</summary>
    public TemplateError? Error { get; }

    /// <summary>It can be neither rendered nor served: whoever asks for it is told why.</summary>
    public bool IsBroken { get; }

    /// <summary>It reads what the request says, so that it can be another one for each request.</summary>
    public bool ReadsRequest => Template is not null && Template.Mentions("request");

    /// <summary>It reads what a machine is armed for (<c>.arming.disk</c>).</summary>
    public bool UsesArming => Template is not null && Template.Mentions("arming");

    /// <summary>Where it calls for secrets; empty for most.</summary>
    public IReadOnlyList<TextFunctionCall> SecretCalls => Template?.TextCalls ?? [];

    /// <summary>It may hold secrets when it is rendered for a machine.</summary>
    public bool UsesSecrets => SecretCalls.Count > 0;

    /// <summary>What is served of a file that is Ignition already; null for a template.</summary>
    internal RenderedConfig? AsIgnition => _asItIs?.Value;

    /// <summary>A config that is served as it is.</summary>
    public static ConfigFile Raw(string path, ReadOnlyMemory<byte> source) => new(path, source, null);

    /// <summary>A template; the error says what is wrong with it.</summary>
    public static bool TryCompile(string path, ReadOnlyMemory<byte> source, [NotNullWhen(true)] out ConfigFile? file, [NotNullWhen(false)] out TemplateError? error)
    {
        file = Template.TryParse(path, source.Span, MissingKey.Error, out var template, out error, SecretFunctions.Names) ? new ConfigFile(path, source, template) : null;
        return file is not null;
    }

    /// <summary>A template that cannot be compiled, or without an error a config that cannot be read.</summary>
    public static ConfigFile Broken(string path, ReadOnlyMemory<byte> source, TemplateError? error = null) => new(path, source, null, error, isBroken: true);

    /// <summary>Whether its name says that it is Ignition already, and neither template nor Butane (poseidon/matchbox's rule).</summary>
    public static bool IsRaw(string name) => name.EndsWith(".ign", StringComparison.Ordinal) || name.EndsWith(".ignition", StringComparison.Ordinal);
}
