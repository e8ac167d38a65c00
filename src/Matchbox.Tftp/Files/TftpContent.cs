using System.Collections.Immutable;
using Matchbox.Core.Files;

namespace Matchbox.Tftp.Files;

/// <summary>Made files first, in the order of their makers, then folders. Safe for any thread if they are.</summary>
public sealed class TftpContent(IEnumerable<IVirtualTftpFiles> makers, ITftpContent folders) : ITftpContent
{
    private readonly ImmutableArray<IVirtualTftpFiles> _makers = [.. makers];

    public async ValueTask<TftpOpening> OpenAsync(TftpFileRequest request, CancellationToken cancellationToken)
    {
        foreach (var maker in _makers)
        {
            if (await maker.TryGetAsync(request, cancellationToken).ConfigureAwait(false) is { } content)
            {
                return TftpOpening.Opened(new MemoryTftpFile(content));
            }
        }
        return await folders.OpenAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
