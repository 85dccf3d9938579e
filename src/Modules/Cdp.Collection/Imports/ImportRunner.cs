using System.Buffers;
using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Cdp.Collection.Imports;

/// <summary>Runs imports: rows become events through the same intake as everything else, while the file still arrives.</summary>
public sealed class ImportRunner(EventIntake intake, SourceRegistry sources, IImportStore store, TimeProvider time) : IHostedService
{
    private const int BatchRows = 500;
    private const int Page = 200;

    /// <summary>Runs one import to its end.</summary>
    internal async Task<ImportJob> RunAsync(ImportBegin begin, ChunkStream file, CancellationToken cancellationToken)
    {
        var mapper = new RowMapper(begin, time.GetUtcNow());
        var errors = mapper.Validate().ToList();
        var source = begin.SourceId.Length == 0 ? sources.All[0] : sources.All.FirstOrDefault(s => s.Id == begin.SourceId);
        if (source is null)
            errors.Add(new FieldError("source_id", $"there is no source '{begin.SourceId}'"));
        else if (!source.Enabled)
            errors.Add(new FieldError("source_id", "the source is disabled"));
        if (errors.Count > 0)
            throw Failure.Invalid(errors);

        var run = new Run(begin, new SourceIdentity(source!.Id, true), mapper);
        run.Job.Id = Id.New("imp", time);
        run.Job.CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            await foreach (var (row, failure) in ImportFile.ReadAsync(file, begin.Format, begin.Delimiter, begin.HasHeader, run.RequireColumns, cancellationToken))
            {
                run.Add(row, failure);
                if (run.Pending < BatchRows)
                    continue;
                await FlushAsync(run, file, cancellationToken);
            }
            await FlushAsync(run, file, cancellationToken);
            run.Job.State = "finished";
        }
        catch (Exception exception) when (run.Job.Rows > 0 && exception is not RpcException)
        {
            run.Job.State = "failed";
            run.Job.Error = exception is OperationCanceledException ? "The upload was broken off; import the file again: rows already taken count as duplicates." : exception.Message;
        }
        run.Job.FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        await store.PutAsync(run.Job, CancellationToken.None);
        return run.Job;
    }

    /// <summary>Marks imports that a stopped process left behind.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var before = ""; await store.ListAsync(before, Page, cancellationToken) is { Count: > 0 } jobs; before = jobs[^1].Id)
        {
            foreach (var job in jobs.Where(j => j.State == "running"))
            {
                job.State = "failed";
                job.Error = "The process stopped; import the file again: rows already taken count as duplicates.";
                job.FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
                await store.PutAsync(job, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task FlushAsync(Run run, ChunkStream file, CancellationToken cancellationToken)
    {
        var rejects = run.Settle(await PatientlyAsync(() => intake.TakeAsync(run.Events, run.Source, cancellationToken).AsTask(), cancellationToken));
        run.Job.Bytes = file.Count;
        await PatientlyAsync(
            async () =>
            {
                if (rejects.Count > 0)
                    await store.AddRejectsAsync(run.Job.Id, rejects, cancellationToken);
                await store.PutAsync(run.Job, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    // A full disk is waited for: an import is long work, and its sender may not be able to resume it.
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                return await work();
            }
            catch (LogUnavailableException exception)
            {
                pause = exception.RetryAfter;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                pause = TimeSpan.FromSeconds(2);
            }
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private sealed class Run(ImportBegin begin, SourceIdentity source, RowMapper mapper)
    {
        private readonly List<ReadOnlyMemory<byte>> _events = [];
        private readonly List<long> _rows = [];
        private readonly List<ImportReject> _rejects = [];

        public SourceIdentity Source { get; } = source;

        public ImportJob Job { get; } = new() { State = "running", SourceId = source.Id, Dataset = begin.Dataset, TotalBytes = begin.TotalBytes };

        public int Pending => _events.Count + _rejects.Count;

        public IReadOnlyCollection<ReadOnlyMemory<byte>> Events => _events;

        public void RequireColumns(CsvColumns columns)
        {
            var missing = mapper.MissingColumns(columns).ToList();
            if (missing.Count > 0)
                throw Failure.Invalid(missing);
        }

        public void Add(ImportRow? row, RowFailure? failure)
        {
            Job.Rows++;
            var json = new ArrayBufferWriter<byte>(512);
            if (row is not null && mapper.TryMap(row, json, out failure))
            {
                _events.Add(json.WrittenMemory);
                _rows.Add(row.Number);
            }
            else
                _rejects.Add(new ImportReject { Row = failure!.Number, Field = failure.Field, Reason = failure.Reason });
        }

        public IReadOnlyList<ImportReject> Settle(IntakeResult result)
        {
            var dropped = result.Discards.Where(d => !d.Kept)
                .Select(d => new ImportReject { Row = _rows[d.Index], Field = RowMapper.FieldOf(d.Code), Reason = d.Detail });
            ImportReject[] rejects = [.. _rejects, .. dropped];
            Job.Accepted += result.Accepted;
            Job.Duplicates += result.Duplicates;
            Job.Rejected += rejects.Length;
            _events.Clear();
            _rows.Clear();
            _rejects.Clear();
            return rejects;
        }
    }
}
