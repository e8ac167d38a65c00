using System.Text;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>Turns a decoded Butane config into an Ignition config: the same records, with the sugar gone into them.</summary>
internal sealed class Translator(Dialect dialect, LocalReader local, Report report)
{
    /// <summary>The Ignition config; null when the report says why there is none.</summary>
    public Record? Translate(Record config, Record? fedora)
    {
        config.Open(Config.Ignition).Set(IgnitionSection.Version, dialect.IgnitionVersion);
        Resolve(config, DocumentPath.Root);
        if (MountUnits.Render(config, dialect.Ignition) is { } units)
        {
            config = IgnitionMerge.Merge(units, config, dialect.Ignition);
        }
        if (config.Struct(Config.Storage) is { } storage)
        {
            new Trees(local, report).Add(storage);
        }
        new Quadlets(local, report).Add(config);
        if (report.IsFatal)
        {
            return null;
        }
        return fedora is null ? config : AddFedora(config, fedora);
    }

    private Record AddFedora(Record config, Record fedora)
    {
        if (BootDevices.Render(fedora.Struct(FedoraConfig.BootDevice)) is { } bootDevice)
        {
            config = IgnitionMerge.Merge(bootDevice, config, dialect.Ignition);
        }
        var findings = new Report();
        PartitionRules.Check(config, dialect, findings);
        if (GrubUsers.Render(fedora.Struct(FedoraConfig.Grub)) is { } grub)
        {
            config = IgnitionMerge.Merge(grub, config, dialect.Ignition);
        }
        var origins = new OriginMap(config, dialect.Ignition);
        report.AddRange(findings.Findings.Select(finding => finding with { Path = origins.ToSource(finding.Path) }));
        return config;
    }

    // Contents that stand in the config or in a local file become URLs or texts, struct by struct in the order of the schema.
    private void Resolve(Record record, DocumentPath at)
    {
        foreach (var field in record.Type.Fields)
        {
            if (field.Kind == FieldKind.Struct && record.Struct(field) is { } inner)
            {
                Resolve(inner, at.Append(field.Yaml));
            }
            else if (field.Kind == FieldKind.StructList && !field.IsSugar && record.List(field) is { Count: > 0 } items)
            {
                var list = at.Append(field.Yaml);
                for (var i = 0; i < items.Count; i++)
                {
                    Resolve(items[i], list.Append(i));
                }
            }
        }
        if (record.Type == Resource.Type)
        {
            ResolveResource(record, at);
        }
        else if (record.Type == FileContents.Type && record.Text(FileContents.Inline) is { } inline)
        {
            // Spec 3.0 compresses nothing.
            record.Set(FileContents.Source, DataUrl.Escaped(Encoding.UTF8.GetBytes(inline))).SetOrigin(FileContents.Source, at.Append(FileContents.Inline.Yaml));
        }
        else if (record.Type == Unit.Type)
        {
            ResolveText(record, Unit.ContentsLocal, Unit.Contents, at);
        }
        else if (record.Type == Dropin.Type)
        {
            ResolveText(record, Dropin.ContentsLocal, Dropin.Contents, at);
        }
        else if (record.Type == PasswdUser.Type)
        {
            ResolveKeys(record, at);
        }
    }

    private void ResolveResource(Record resource, DocumentPath at)
    {
        if (resource.Text(Resource.Local) is { } path)
        {
            var from = at.Append(Resource.Local.Yaml);
            if (local.Read(path, out var error) is not { } contents)
            {
                report.Error(from, error);
                return;
            }
            SetSource(resource, contents, from);
        }
        if (resource.Text(Resource.Inline) is { } text)
        {
            SetSource(resource, Encoding.UTF8.GetBytes(text), at.Append(Resource.Inline.Yaml));
        }
    }

    private static void SetSource(Record resource, ReadOnlySpan<byte> contents, DocumentPath from)
    {
        var (url, compression) = DataUrl.Of(contents, resource.Text(Resource.Compression));
        resource.Set(Resource.Source, url).SetOrigin(Resource.Source, from);
        if (compression is not null)
        {
            resource.Set(Resource.Compression, compression).SetOrigin(Resource.Compression, from);
        }
    }

    private void ResolveText(Record record, Field localField, Field contents, DocumentPath at)
    {
        if (record.Text(localField) is not { Length: > 0 } path)
        {
            return;
        }
        var from = at.Append(localField.Yaml);
        if (local.Read(path, out var error) is { } bytes)
        {
            record.Set(contents, LooseText.FromBytes(bytes)).SetOrigin(contents, from);
        }
        else
        {
            report.Error(from, error);
        }
    }

    private void ResolveKeys(Record user, DocumentPath at)
    {
        var files = user.Texts(PasswdUser.SshAuthorizedKeysLocal);
        if (files.Count == 0)
        {
            return;
        }
        var from = at.Append(PasswdUser.SshAuthorizedKeysLocal.Yaml);
        if (!local.IsGiven)
        {
            report.Error(from, LocalReader.NoFilesDir);
            return;
        }
        for (var i = 0; i < files.Count; i++)
        {
            if (local.Read(files[i], out var error) is not { } bytes)
            {
                report.Error(from.Append(i), error);
                continue;
            }
            foreach (var line in LooseText.FromBytes(bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'))
            {
                if (line.Length > 0)
                {
                    user.SetOrigin(PasswdUser.SshAuthorizedKeys, from.Append(i), user.Add(PasswdUser.SshAuthorizedKeys, line));
                }
            }
        }
    }
}
