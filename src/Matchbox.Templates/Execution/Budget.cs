namespace Matchbox.Templates.Execution;

/// <summary>The steps that one execution may take, and the caller's wish to go on.</summary>
internal sealed class Budget(int maxSteps, CancellationToken cancellation)
{
    private const int StepsBetweenLooks = 1024;
    private const int BytesPerStep = 64;

    private readonly int _max = maxSteps;
    private int _left = maxSteps;
    private int _untilLook;

    /// <summary>One step.</summary>
    /// <exception cref="TemplateFailure">It was one too many, or the caller gave up.</exception>
    public void Take()
    {
        if (--_left < 0)
        {
            throw TemplateFailure.Limit($"exceeded maximum of {_max} steps");
        }
        if (--_untilLook < 0)
        {
            _untilLook = StepsBetweenLooks;
            if (cancellation.IsCancellationRequested)
            {
                throw new TemplateFailure(TemplateErrorKind.Cancelled, "execution cancelled");
            }
        }
    }

    /// <summary>The steps for reading or making that many bytes, or as much work.</summary>
    public void TakeBytes(long count)
    {
        _left = (int)Math.Max(0, _left - (count / BytesPerStep));
        _untilLook = (int)Math.Max(0, _untilLook - (count / BytesPerStep));
        Take();
    }
}
