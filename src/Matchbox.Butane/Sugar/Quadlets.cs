using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary><c>systemd.quadlets</c>: containers as files that systemd makes units of (podman-systemd.unit(5)).</summary>
internal sealed class Quadlets(LocalReader local, Report report)
{
    private static readonly string[] Extensions = [".container", ".volume", ".network", ".kube", ".image", ".build", ".pod", ".artifact"];

    public static bool HasKnownExtension(string name) => Array.Exists(Extensions, extension => name.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>The template that a name such as <c>sleep@100.container</c> is an instance of; null of any other name.</summary>
    public static string? TemplateOf(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return at < 0 || at + 1 == dot ? null : $"{name[..at]}@.{name[(dot + 1)..]}";
    }

    public void Add(Record config)
    {
        var quadlets = config.Struct(Config.Systemd)?.List(SystemdSection.Quadlets) ?? [];
        if (quadlets.Count == 0)
        {
            return;
        }
        var nodes = new NodeTracker(config.Open(Config.Storage));
        for (var i = 0; i < quadlets.Count; i++)
        {
            var at = DocumentPath.Root.Append("systemd").Append("quadlets").Append(i);
            var name = quadlets[i].Text(Quadlet.Name)!;
            var path = $"/etc/containers/systemd{(quadlets[i].IsTrue(Quadlet.Rootful) ? "" : "/users")}/{name}";
            if (TemplateOf(name) is { } template)
            {
                AddLink(nodes, at, path, template);
            }
            else
            {
                AddFile(quadlets[i], Quadlet.Contents, Quadlet.ContentsLocal, nodes, at, path);
            }
            AddDropins(quadlets[i], nodes, at, path);
        }
    }

    private void AddDropins(Record quadlet, NodeTracker nodes, DocumentPath at, string path)
    {
        var dropins = quadlet.List(Quadlet.Dropins);
        for (var i = 0; i < dropins.Count; i++)
        {
            AddFile(dropins[i], Dropin.Contents, Dropin.ContentsLocal, nodes, at.Append("dropins").Append(i), $"{path}.d/{dropins[i].Text(Dropin.Name)}");
        }
    }

    private void AddLink(NodeTracker nodes, DocumentPath at, string path, string template)
    {
        if (nodes.Exists(path))
        {
            report.Error(at, Trees.NodeExists);
            return;
        }
        nodes.AddLink(new Record(LinkNode.Type) { Origin = at, IsGenerated = true }
            .Set(LinkNode.Path, path).SetOrigin(LinkNode.Path, at.Append("name"))
            .Set(LinkNode.Target, template));
    }

    private void AddFile(Record from, Field contents, Field contentsLocal, NodeTracker nodes, DocumentPath at, string path)
    {
        if (nodes.Exists(path))
        {
            report.Error(at, Trees.NodeExists);
            return;
        }
        var file = new Record(FileNode.Type) { Origin = at, IsGenerated = true }
            .Set(FileNode.Path, path).SetOrigin(FileNode.Path, at.Append("name"))
            .Set(FileNode.Mode, 0b110_100_100);
        nodes.AddFile(file);
        byte[] bytes = [];
        if (from.Text(contents) is { Length: > 0 } text)
        {
            bytes = System.Text.Encoding.UTF8.GetBytes(text);
        }
        else if (from.Text(contentsLocal) is { Length: > 0 } name)
        {
            if (local.Read(name, out var error) is not { } read)
            {
                report.Error(at.Append(contentsLocal.Yaml), error);
                return;
            }
            bytes = read;
        }
        var (url, compression) = DataUrl.Of(bytes, null);
        file.Open(FileNode.Contents).Set(Resource.Source, url).Set(Resource.Compression, compression);
    }
}
