using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>Follows aliases, but in no circle, and not so often that a small document becomes a huge one. The bounds are yaml.v3's.</summary>
internal sealed class AliasGuard
{
    private readonly HashSet<YamlNode> _open = [];
    private int _decoded;
    private int _decodedByAlias;

    /// <exception cref="DecodingFault">The alias stands within what it stands for.</exception>
    public bool Follow(YamlNode alias, Func<YamlNode, bool> decode)
    {
        if (!_open.Add(alias))
        {
            throw new DecodingFault($"yaml: anchor '{alias.Value}' value contains itself");
        }
        var isDecoded = decode(alias.Target!);
        _open.Remove(alias);
        return isDecoded;
    }

    /// <summary>Counts a node that is decoded.</summary>
    /// <exception cref="DecodingFault">Too many of them are only there by aliases.</exception>
    public void Count()
    {
        _decoded++;
        if (_open.Count == 0)
        {
            return;
        }
        _decodedByAlias++;
        var allowed = _decoded switch
        {
            <= 400_000 => 0.99,
            >= 4_000_000 => 0.10,
            _ => 0.99 - (0.89 * ((_decoded - 400_000) / 3_600_000.0)),
        };
        if (_decodedByAlias > 100 && _decoded > 1000 && (double)_decodedByAlias / _decoded > allowed)
        {
            throw new DecodingFault("yaml: document contains excessive aliasing");
        }
    }
}

/// <summary>Ends the decoding where it is. <see cref="SourceDecoder"/> catches it; nothing else meets it.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves this folder and always has its text.
internal sealed class DecodingFault(string problem) : Exception(problem);
#pragma warning restore CA1032, CA1064
