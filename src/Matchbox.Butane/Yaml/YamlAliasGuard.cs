using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Butane.Yaml;

/// <summary>
/// What a decoder asks before it follows aliases: they may lead in circles, and a few kilobytes of them may expand to
/// gigabytes. Counts as yaml.v3's decoder does, one guard for each decoding. Not for several threads.
/// </summary>
internal sealed class YamlAliasGuard
{
    // Of so many nodes 99 % may come from aliases, of the larger number 10 %, of numbers between a share between.
    private const int FewNodes = 400_000;
    private const int ManyNodes = 4_000_000;
    private const double ShareOfFew = 0.99;
    private const double ShareOfMany = 0.10;

    // A limit of ours, of all texts together that come by aliases: half a megabyte named by a hundred thousand is 50 GB.
    private const long MaxAliasedText = 16 << 20;

    private const int AlwaysAllowedAliased = 100;
    private const int AlwaysAllowedNodes = 1000;

    private const string ExcessiveAliasing = "yaml: document contains excessive aliasing";

    private readonly HashSet<YamlNode> _entered = [];
    private int _nodes;
    private int _aliased;
    private long _aliasedText;

    /// <summary>To be called for each node that is decoded, the aliases themselves included, as often as it is.</summary>
    /// <param name="error">Null, or yaml.v3's text: the document expands to too much.</param>
    public bool TryCount([NotNullWhen(false)] out string? error)
    {
        _nodes++;
        _aliased += _entered.Count > 0 ? 1 : 0;
        var tooMany = _aliased > AlwaysAllowedAliased && _nodes > AlwaysAllowedNodes && (double)_aliased / _nodes > AllowedShare();
        error = tooMany ? ExcessiveAliasing : null;
        return !tooMany;
    }

    /// <summary>To be called for each scalar before its text is used.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="error">Null, or the text of <see cref="TryCount"/>.</param>
    public bool TryCountText(YamlNode scalar, [NotNullWhen(false)] out string? error)
    {
        _aliasedText += _entered.Count > 0 ? scalar.Value.Length : 0;
        error = _aliasedText > MaxAliasedText ? ExcessiveAliasing : null;
        return error is null;
    }

    /// <summary>Before an alias's target is decoded.</summary>
    /// <param name="error">Null, or yaml.v3's text: the target contains the alias.</param>
    public bool TryEnter(YamlNode alias, [NotNullWhen(false)] out string? error)
    {
        var isNew = _entered.Add(alias);
        error = isNew ? null : $"yaml: anchor '{alias.Value}' value contains itself";
        return isNew;
    }

    /// <summary>After it.</summary>
    public void Leave(YamlNode alias) => _entered.Remove(alias);

    private double AllowedShare() => _nodes switch
    {
        <= FewNodes => ShareOfFew,
        >= ManyNodes => ShareOfMany,
        _ => ShareOfFew - ((ShareOfFew - ShareOfMany) * ((_nodes - FewNodes) / (double)(ManyNodes - FewNodes))),
    };
}
