using System.Globalization;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.ContainerLinux.Source;

// Lists and plain values, and what is said of those that do not fit.
internal sealed partial class SourceDecoder
{
    // Nobody reads so many; equal keys, of which each is told against each, would make more than fit.
    private const int MostErrors = 10_000;

    private List<T>? DecodeList<T>(YamlNode node, string type, Func<YamlNode, T?> decode)
        where T : class
    {
        Count();
        if (node.Kind == YamlKind.Alias)
        {
            return Follow(node, target => DecodeList(target, type, decode));
        }
        if (node.Kind == YamlKind.Sequence)
        {
            var items = new List<T>(node.Content.Length);
            foreach (var item in node.Content)
            {
                if (decode(item) is { } element)
                {
                    items.Add(element);
                }
            }
            return items;
        }
        if (node.Kind == YamlKind.Mapping)
        {
            if (!HasEqualKeys(node))
            {
                Refuse(node, type);
            }
        }
        else if (Resolve(node).Type != YamlScalarType.Null)
        {
            Refuse(node, type);
        }
        return null;
    }

    private string? DecodeText(YamlNode node, string type) => DecodeScalar(node, type) is { } scalar
        ? scalar.Bytes is { } bytes ? LooseText.FromBytes(bytes) : scalar.Text
        : null;

    private object? DecodeNumber(YamlNode node, string type)
    {
        if (DecodeScalar(node, type) is not { } scalar)
        {
            return null;
        }
        if (type == "uint" && scalar.TryUnsigned(out var unsigned))
        {
            return (long)unsigned;
        }
        if (type != "uint" && scalar.TryInt(out var signed))
        {
            return signed;
        }
        Refuse(node.Resolved, type);
        return null;
    }

    private bool? DecodeFlag(YamlNode node)
    {
        if (DecodeScalar(node, "bool") is not { } scalar)
        {
            return null;
        }
        if (scalar.TryBool(out var flag))
        {
            return flag;
        }
        Refuse(node.Resolved, "bool");
        return null;
    }

    /// <summary>A scalar that is not null.</summary>
    private YamlScalar? DecodeScalar(YamlNode node, string type)
    {
        Count();
        if (node.Kind == YamlKind.Alias)
        {
            return Follow(node, target => DecodeScalar(target, type));
        }
        if (node.Kind == YamlKind.Scalar)
        {
            if (!_aliases.TryCountText(node, out var error))
            {
                throw new DecodingFault(error);
            }
            var scalar = Resolve(node);
            return scalar.Type == YamlScalarType.Null ? null : scalar;
        }
        if (node.Kind != YamlKind.Mapping || !HasEqualKeys(node))
        {
            Refuse(node, type);
        }
        return null;
    }

    private static YamlScalar Resolve(YamlNode node) =>
        YamlScalars.TryResolve(node, out var scalar, out var error) ? scalar : throw new DecodingFault(error);

    private bool HasEqualKeys(YamlNode mapping)
    {
        if (!_equalKeys.TryGetValue(mapping, out var hasEqual))
        {
            var seen = new HashSet<(YamlKind, string)>(mapping.Content.Length / 2);
            for (var i = 0; i < mapping.Content.Length && !hasEqual; i += 2)
            {
                hasEqual = !seen.Add((mapping.Content[i].Kind, mapping.Content[i].Value));
            }
            _equalKeys.Add(mapping, hasEqual);
        }
        if (hasEqual && _errors.Count < MostErrors)
        {
            TellEqualKeys(mapping);
        }
        return hasEqual;
    }

    private void TellEqualKeys(YamlNode mapping)
    {
        var ofSame = new Dictionary<(YamlKind, string), List<YamlNode>>();
        for (var i = 0; i < mapping.Content.Length; i += 2)
        {
            var key = mapping.Content[i];
            if (!ofSame.TryGetValue((key.Kind, key.Value), out var same))
            {
                ofSame[(key.Kind, key.Value)] = same = [];
            }
            same.Add(key);
        }
        for (var i = 0; i < mapping.Content.Length && _errors.Count < MostErrors; i += 2)
        {
            var first = mapping.Content[i];
            var same = ofSame[(first.Kind, first.Value)];
            for (var j = 1; j < same.Count && _errors.Count < MostErrors; j++)
            {
                AddError(same[j], $"mapping key {GoText.Quote(first.Value)} already defined at line {first.Line}");
            }
            same.RemoveAt(0);
        }
    }

    private void Refuse(YamlNode node, string type)
    {
        if (_errors.Count == MostErrors)
        {
            return;
        }
        var tag = node.ShortTag;
        var value = tag is "!!map" or "!!seq" ? "" : $" `{Shortened(node.Value)}`";
        AddError(node, $"cannot unmarshal {tag}{value} into {type}");
    }

    // More than ten bytes are cut to seven, even within a character.
    private static string Shortened(string value)
    {
        var bytes = LooseText.ToBytes(value.Length > 12 ? value[..12] : value);
        return bytes.Length > 10 ? LooseText.FromBytes(bytes.AsSpan(0, 7)) + "..." : value;
    }

    private void AddError(YamlNode node, string message)
    {
        if (_errors.Count < MostErrors)
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {node.Line}: {message}"));
        }
    }
}
