using System.Text;
using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Boot.Scripts;

/// <summary>
/// The initrds of a profile with their names. Under UEFI the kernel finds an initrd by <c>initrd=NAME</c> alone, where NAME is
/// the end of its path or what <c>--name</c> says; profiles that name theirs themselves are left as they are.
/// </summary>
internal readonly record struct Initrds(IReadOnlyList<string> Images, string Arguments)
{
    private const string NameOption = "--name ";

    public static Initrds Of(NetBoot boot, IReadOnlyList<string> args)
    {
        if (args.Any(argument => argument.StartsWith("initrd=", StringComparison.Ordinal)))
        {
            return new Initrds(boot.Initrd, "");
        }
        var images = new List<string>(boot.Initrd.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var arguments = new StringBuilder();
        foreach (var initrd in boot.Initrd)
        {
            var image = initrd;
            var name = NameOf(initrd);
            if (name.Length == 0 || !names.Add(name))
            {
                name = $"initrd{images.Count}";
                names.Add(name);
                image = $"{NameOption}{name} {UrlOf(initrd)}";
            }
            images.Add(image);
            arguments.Append(" initrd=").Append(name);
        }
        return new Initrds(images, arguments.ToString());
    }

    /// <summary>Where it comes from, without <c>--name NAME</c> before it.</summary>
    public static string UrlOf(string initrd)
    {
        if (!initrd.StartsWith(NameOption, StringComparison.Ordinal))
        {
            return initrd;
        }
        var rest = initrd.AsSpan(NameOption.Length).TrimStart();
        var space = rest.IndexOf(' ');
        return space < 0 ? initrd : rest[(space + 1)..].TrimStart().ToString();
    }

    private static string NameOf(string initrd)
    {
        if (initrd.StartsWith(NameOption, StringComparison.Ordinal))
        {
            var rest = initrd.AsSpan(NameOption.Length).TrimStart();
            var space = rest.IndexOf(' ');
            return space < 0 ? "" : rest[..space].ToString();
        }
        var path = initrd.AsSpan();
        var end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        var name = path[(path.LastIndexOf('/') + 1)..];
        // A name that iPXE would expand or decode, or that would split the line, is given one of ours.
        return name.ContainsAnyExcept(SafeName) ? "" : name.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> SafeName =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+~");
}
