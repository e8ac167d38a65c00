using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>
/// Puts YAML nodes into records as yaml.v3's decoder puts them into ct's structs. All values of a wrong type are told at once; a few
/// faults end the decoding where they are.
/// </summary>
internal sealed partial class SourceDecoder
{
    private readonly YamlAliasGuard _aliases = new();
    private readonly List<string> _errors = [];
    private readonly Dictionary<YamlNode, bool> _equalKeys = [];
    private HashSet<string>? _mergedKeys;

    private SourceDecoder()
    {
    }

    /// <param name="error">What yaml.v3 says, for instance <c>yaml: unmarshal errors:</c> and a line for each.</param>
    public static bool TryDecode(YamlNode root, [NotNullWhen(true)] out Record? config, [NotNullWhen(false)] out string? error)
    {
        var decoder = new SourceDecoder();
        config = new Record(Config.Type);
        try
        {
            decoder.DecodeStruct(root, config);
        }
        catch (DecodingFault fault)
        {
            config = null;
            error = fault.Message;
            return false;
        }
        error = decoder._errors.Count == 0 ? null : "yaml: unmarshal errors:\n  " + string.Join("\n  ", decoder._errors);
        if (error is not null)
        {
            config = null;
            return false;
        }
        return true;
    }

    /// <summary>Whether there was something to put into the record.</summary>
    private bool DecodeStruct(YamlNode node, Record record)
    {
        Count();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new DecodingFault("yaml: exceeded max depth");      // Mappings that are merged into each other, thousands deep.
        }
        if (node.Kind == YamlKind.Alias)
        {
            return Follow(node, target => DecodeStruct(target, record));
        }
        if (node.Kind == YamlKind.Mapping)
        {
            return DecodeMapping(node, record);
        }
        if (node.Kind == YamlKind.Scalar && Resolve(node).Type == YamlScalarType.Null)
        {
            return false;
        }
        Refuse(node, record.Type.Name);
        return false;
    }

    private bool DecodeMapping(YamlNode node, Record record)
    {
        if (HasEqualKeys(node))
        {
            return false;
        }
        var mergedKeys = _mergedKeys;
        _mergedKeys = null;
        YamlNode? merge = null;
        var done = new HashSet<Field>();
        for (var i = 0; i + 1 < node.Content.Length; i += 2)
        {
            var key = node.Content[i];
            if (key.IsMergeKey)
            {
                merge = node.Content[i + 1];
                continue;
            }
            if (DecodeText(key, "string") is not { } name || mergedKeys?.Add(name) == false)
            {
                continue;
            }
            if (record.Type.ByYaml(name, 0) is not { } field)
            {
                continue;
            }
            if (!done.Add(field))
            {
                AddError(key, $"field {name} already set in type {record.Type.Name}");
                continue;
            }
            DecodeField(node.Content[i + 1], record, field);
        }
        _mergedKeys = mergedKeys;
        if (merge is not null)
        {
            Merge(node, merge, record);
        }
        return true;
    }

    private void DecodeField(YamlNode node, Record record, Field field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                record[field] = DecodeText(node, FieldTypes.Of(field)) ?? record[field];
                break;
            case FieldKind.Number:
                record[field] = DecodeNumber(node, FieldTypes.Of(field)) ?? record[field];
                break;
            case FieldKind.Flag:
                record.Set(field, DecodeFlag(node) ?? record.Flag(field));
                break;
            case FieldKind.TextList:
                record[field] = DecodeList(node, "[]string", item => DecodeText(item, "string"));
                break;
            case FieldKind.StructList:
                record[field] = DecodeList(node, "[]" + field.Type!.Name, item =>
                {
                    var element = new Record(field.Type);
                    return DecodeStruct(item, element) ? element : null;
                });
                break;
            case FieldKind.Struct when field == Config.Etcd || field == Config.Flannel:
                record[field] = DecodeVersioned(node, field);
                break;
            default:
                var part = record.Struct(field) ?? new Record(field.Type!);
                record[field] = DecodeStruct(node, part) ? part : record[field];
                break;
        }
    }

    /// <summary>A section that has other fields for each version: it is read once for the version, and again for the fields.</summary>
    private Record? DecodeVersioned(YamlNode node, Field field)
    {
        var errors = _errors.Count;
        var common = new Record(field.Type!);
        if (!DecodeStruct(node, common) || _errors.Count > errors)
        {
            return null;
        }
        SemanticVersion? version = null;
        if (common.Text(field.Type!.Fields[0]) is { } text)
        {
            version = SemanticVersion.TryParse(text, out var parsed, out var error) ? parsed : throw new DecodingFault(error);
        }
        var section = new Record(field == Config.Etcd ? EtcdOptions.For(version) : FlannelOptions.For(version));
        DecodeStruct(node, section);
        return section;
    }

    private void Merge(YamlNode parent, YamlNode merge, Record record)
    {
        var mergedKeys = _mergedKeys;
        if (mergedKeys is null)
        {
            _mergedKeys = [];
            for (var i = 0; i < parent.Content.Length; i += 2)
            {
                var key = parent.Content[i].Resolved;
                if (key.Kind == YamlKind.Scalar)
                {
                    _mergedKeys.Add(key.Value);
                }
            }
        }
        if (merge.Kind == YamlKind.Sequence)
        {
            foreach (var item in merge.Content)
            {
                MergeOne(item, record);
            }
        }
        else
        {
            MergeOne(merge, record);
        }
        _mergedKeys = mergedKeys;
    }

    private void MergeOne(YamlNode node, Record record)
    {
        if (node.Resolved.Kind != YamlKind.Mapping)
        {
            throw new DecodingFault("yaml: map merge requires map or sequence of maps as the value");
        }
        DecodeStruct(node, record);
    }

    private void Count()
    {
        if (!_aliases.TryCount(out var error))
        {
            throw new DecodingFault(error);
        }
    }

    private T Follow<T>(YamlNode alias, Func<YamlNode, T> decode)
    {
        if (!_aliases.TryEnter(alias, out var error))
        {
            throw new DecodingFault(error);
        }
        var decoded = decode(alias.Target!);
        _aliases.Leave(alias);
        return decoded;
    }
}
